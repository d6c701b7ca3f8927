/**
 * Collects whatever the package says while its tests run (log lines at every level, spans, errors, metrics) and, when a
 * test file has ended, searches all of it for the canary secret and for tokens.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { afterAll } from "vitest"

export const secret = "canary-secret-Zm9vYmFy"
export const clientId = "2c9f1f6e-6a3c-4b9e-9d55-0e0f4a7b1c11"

/** What comes after so many is more of the same: a simulated year says a million things. */
const enough = 20_000
const said = new Set<string>()

/** Remembers a value in each form that a program could print it in. */
export const hear = (value: unknown): void => {
  if (said.size > enough) return
  said.add(inspect(value, { depth: 12, showHidden: true }))
  try {
    said.add(JSON.stringify(value) ?? "")
  } catch {
    // What has no JSON cannot leak through it.
  }
  if (value instanceof Error) said.add(`${value.message}\n${value.stack}\n${String(value)}`)
}

const logger = Logger.make<unknown, void>(({ cause, fiber, message }) => {
  hear([message, fiber.getRef(References.CurrentLogAnnotations), cause])
})

const tracer = Tracer.make({
  span: (options) => {
    const span = new Tracer.NativeSpan(options)
    if (spans.length < enough) spans.push(span)
    return span
  }
})
const spans: Array<Tracer.NativeSpan> = []

/** Every log line and span of what is built on it is heard. */
export const layer: Layer.Layer<never> = Layer.mergeAll(
  Logger.layer([logger]),
  Layer.succeed(References.MinimumLogLevel, "All"),
  Layer.succeed(Tracer.Tracer, tracer)
)

/** Hears the errors that an effect fails with, and what it succeeds with. */
export const listen = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.tap((value) => Effect.sync(() => hear(value))),
    Effect.tapCause((cause) => Effect.sync(() => hear(cause)))
  )

/** Those of the texts that hold a secret or a token, as the tests' login host issues them. */
export const leaksIn = (texts: Iterable<string>): ReadonlyArray<string> => {
  const forbidden = [secret, encodeURIComponent(secret), Buffer.from(`${clientId}:${secret}`).toString("base64")]
  return [...texts].filter((text) => forbidden.some((word) => text.includes(word)) || /\btoken-\d/.test(text))
}

/** How much was heard, and what of it must not have been said. */
export const scan = () => {
  for (const { attributes, events, name, status } of spans) hear([name, [...attributes], events, status])
  return { heard: said.size, spans: spans.length, leaks: leaksIn(said) }
}

afterAll(() => {
  assert.deepStrictEqual(scan().leaks, [])
})
