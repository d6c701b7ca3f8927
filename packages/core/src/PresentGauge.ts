/**
 * A gauge that tells the present: its value is computed whenever somebody asks for it. One that is set on occasion tells of that
 * occasion for as long as nothing happens.
 */
import type * as Context from "effect/Context"
import { constVoid } from "effect/Function"
import * as Metric from "effect/Metric"

/** It takes the place of any other series with its attributes, those of the context included, until it is removed. */
export const register = (
  gauge: Metric.Gauge<number>,
  context: Context.Context<never>,
  value: () => number
): Metric.Registration =>
  Metric.registerUnsafe(gauge, context, { get: () => ({ value: value() }), update: constVoid, modify: constVoid })
