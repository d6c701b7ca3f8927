/** The worker and what it stands on. */
import * as Sinks from "@effect-genesys/program/Sinks"
import * as Layer from "effect/Layer"
import * as Orgs from "./Orgs.ts"
import { Worker } from "./Worker.ts"

export const layer = Worker.layer.pipe(Layer.provide([Orgs.Orgs.layer, Sinks.Sinks.layer]))
