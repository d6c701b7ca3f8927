/**
 * A gauge that tells the present: its value is computed whenever somebody asks for it. One that is set on occasion tells of that
 * occasion for as long as nothing happens. And a counter of what somebody else counts.
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

/**
 * Registers a counter whose total is computed whenever somebody asks for it.
 *
 * @param total never becomes less
 */
export const registerTotal = (
  counter: Metric.Counter<number>,
  context: Context.Context<never>,
  total: () => number
): Metric.Registration =>
  Metric.registerUnsafe(counter, context, {
    get: () => ({ count: total(), incremental: true }),
    update: constVoid,
    modify: constVoid
  })
