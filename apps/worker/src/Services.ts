/** The worker and what it stands on. */
import * as Sinks from "@effect-genesys/program/Sinks"
import * as Layer from "effect/Layer"
import * as Orgs from "./Orgs.ts"
import { Worker } from "./Worker.ts"

export const layer = Worker.layer.pipe(Layer.provide([Orgs.Orgs.layer, Sinks.Sinks.layer]))

/** Of the layer that a fleet adds, by which the tokens are shared and each job has its place. */
export const layerIn = <A, E, R>(fleet: Layer.Layer<A, E, R>) => Layer.provideMerge(layer, fleet)
