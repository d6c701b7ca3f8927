/**
 * A row of the contract: requests as plain values, and what the last of them must be answered with. Played in memory, at noon
 * of 10 November 2026, each against a simulator of its own.
 */
import { assert } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import type { SimulatorOptions } from "../../src/SimulatorOptions.ts"
import { type Answer, login, requestToken, send, type TokenRequest } from "./Calls.ts"

/**
 * In every text of a step but a secret, `{client}` is the id of the default client, and `{0.body.jobId}` a value from the answer to the
 * first step; `query` has the parameters of its `location`.
 */
export type Step = { readonly wait: Duration.Input } | { readonly login: TokenRequest } | Request

export interface Request {
  readonly method: HttpMethod.HttpMethod
  readonly path: string
  readonly body?: unknown
  /** In place of a token of the default client. */
  readonly token?: string
  /** In place of `application/json`, with a body that is text. */
  readonly type?: string
}

export const wait = (duration: Duration.Input): Step => ({ wait: duration })
export const mint = (request: TokenRequest = {}): Step => ({ login: request })
export const get = (path: string): Request => ({ method: "GET", path })
export const head = (path: string): Request => ({ method: "HEAD", path })
export const remove = (path: string): Request => ({ method: "DELETE", path })
export const post = (path: string, body?: unknown): Request => ({
  method: "POST",
  path,
  ...(body === undefined ? {} : { body })
})
export const raw = (path: string, body: string, type: string): Request => ({ method: "POST", path, body, type })
/** The same with another token; without one if it is empty. */
export const as = (token: string, step: Request): Request => ({ ...step, token })
export const control = (path: string, body?: unknown): Request => as("", post(`/_control${path}`, body))

/** The value must not be there. */
export const absent = Symbol("absent")
type Expected = string | number | RegExp | symbol | ReadonlyArray<unknown> | Readonly<Record<string, string>>

export interface Row {
  readonly name: string
  readonly given?: SimulatorOptions
  readonly steps: readonly [Step, ...ReadonlyArray<Step>]
  readonly status: number
  readonly headers?: Readonly<Record<string, Expected>>
  /** By path, such as `details[0].fieldName`; the empty path is the whole body. */
  readonly body?: Readonly<Record<string, Expected>>
}

const valueAt = (value: unknown, path: string): unknown => {
  let found = value
  for (const key of path.split(/[.[\]]+/).filter((name) => name !== "")) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined
  }
  return found
}

const check = (name: string, found: unknown, expected: Expected) => {
  if (expected === absent) assert.isUndefined(found, name)
  else if (expected instanceof RegExp) {
    assert.include(["string", "number"], typeof found, name)
    assert.match(String(found), expected, name)
  } else assert.deepStrictEqual(found, expected, name)
}

const queryOf = (location: string | undefined) =>
  location === undefined ? {} : Object.fromEntries(new URL(location, "http://localhost").searchParams)

const json = Schema.fromJsonString(Schema.Json)

const request = Effect.fnUntraced(function* (step: Request, token: string) {
  const { url } = yield* Simulator
  let asked = HttpClientRequest.make(step.method)(url + step.path)
  if (token !== "") asked = HttpClientRequest.bearerToken(asked, token)
  if (step.type !== undefined) asked = HttpClientRequest.bodyText(asked, String(step.body), step.type)
  else if (step.body !== undefined) asked = HttpClientRequest.bodyJsonUnsafe(asked, step.body)
  return yield* send(asked)
})

/** Plays a row and compares the last answer. */
export const play = Effect.fnUntraced(function* (row: Row) {
  yield* TestClock.setTime(Date.UTC(2026, 10, 10, 12))
  const { clientId } = yield* Simulator
  const seen: Array<unknown> = []
  let own: string | undefined
  let last: Answer | undefined
  const fill = (text: string) =>
    text.replaceAll(/\{([\w.[\]]+)\}/g, (_, path: string) =>
      path === "client" ? clientId : String(valueAt(seen, path))
    )
  for (const given of row.steps) {
    if ("wait" in given) {
      yield* TestClock.adjust(given.wait)
      seen.push({})
      continue
    }
    if ("login" in given) {
      const form = given.login.form && Object.entries(given.login.form).map(([name, value]) => [name, fill(value)])
      last = yield* requestToken({ ...given.login, ...(form && { form: Object.fromEntries(form) }) })
    } else {
      if (given.token === undefined) own ??= yield* login()
      const { body } = given
      const asked = { ...given, path: fill(given.path) }
      if (given.type !== undefined) asked.body = fill(String(body))
      else if (body !== undefined) asked.body = yield* Schema.decodeEffect(json)(fill(JSON.stringify(body)))
      last = yield* request(asked, fill(given.token ?? own ?? ""))
    }
    seen.push({ ...last, query: queryOf(last.headers["location"]) })
  }
  if (last === undefined) return assert.fail("The row has no request")
  assert.strictEqual(last.status, row.status, JSON.stringify(last.body).slice(0, 300))
  for (const [name, expected] of Object.entries(row.headers ?? {})) check(name, last.headers[name], expected)
  for (const [path, expected] of Object.entries(row.body ?? {})) check(path, valueAt(last.body, path), expected)
})
