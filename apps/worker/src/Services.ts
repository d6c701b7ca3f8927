/** The worker and what it stands on. */
import * as Orgs from "@effect-genesys/runtime/Orgs"
import * as Sinks from "@effect-genesys/runtime/Sinks"
import { Worker } from "@effect-genesys/runtime/Worker"
import * as Layer from "effect/Layer"

export const layer = Worker.layer.pipe(Layer.provide([Orgs.Orgs.layer, Sinks.Sinks.layer]))
