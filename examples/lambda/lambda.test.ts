/** The function, as Lambda treats it: invoked again and again, and frozen in between for as long as it likes. */
import { createClient } from "@effect-genesys/client"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { vi } from "vitest"
import { make } from "./handler.ts"

const email = "test.user@yourcompany.com"
const context = { getRemainingTimeInMillis: () => 3_000 }

/** The function in an execution environment of its own, until the test ends. */
const environment = Effect.gen(function* () {
  const { clientId, clientSecret, url } = yield* Simulator
  const genesys = createClient({
    loginUrl: url,
    apiUrl: url,
    clientId,
    clientSecret: Redacted.value(clientSecret),
    policy: { backoffInitial: 50 }
  })
  yield* Effect.addFinalizer(() => Effect.promise(genesys.close))
  const handler = make(genesys)
  return (address?: string, remaining = context) =>
    Effect.promise(() => handler(address === undefined ? {} : { queryStringParameters: { email: address } }, remaining))
})

/** No timer runs meanwhile, and the monotonic clock stands still; the wall clock is right again afterwards. */
const freeze = (hours: number) => Effect.sync(() => vi.setSystemTime(Date.now() + hours * 3_600_000))
const clock = Effect.acquireRelease(
  Effect.sync(() => vi.useFakeTimers({ toFake: ["Date"] })),
  () => Effect.sync(() => vi.useRealTimers())
)

it.live("one token serves all invocations, and after a freeze a fresh one the next ones", () =>
  Effect.gen(function* () {
    yield* clock
    const { journal } = yield* Simulator
    const invoke = yield* environment
    const first = yield* invoke(email)
    assert.strictEqual(first.statusCode, 200)
    assert.deepStrictEqual(first.headers, { "content-type": "application/json" })
    assert.hasAllKeys(JSON.parse(first.body), ["id", "name"])
    for (let n = 0; n < 4; n++) assert.deepStrictEqual(yield* invoke(email), first)
    assert.strictEqual((yield* journal).tokensIssued, 1)
    for (const hours of [30, 24 * 40]) {
      yield* freeze(hours)
      assert.deepStrictEqual(yield* invoke(email), first)
      assert.deepStrictEqual(yield* invoke(email), first)
    }
    const { answers, tokensIssued } = yield* journal
    // It knows that its token has expired: no call is made in vain.
    assert.deepStrictEqual([tokensIssued, answers["401"] ?? 0], [3, 0])
  }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
)

it.live("each question has its answer: nobody, none, and an outage that outlasts the invocation", () =>
  Effect.gen(function* () {
    const { addFault, clearFaults, updateClient, clientId } = yield* Simulator
    vi.spyOn(console, "error").mockImplementation(() => {})
    yield* Effect.addFinalizer(() => Effect.sync(() => vi.restoreAllMocks()))
    const invoke = yield* environment
    assert.strictEqual((yield* invoke()).statusCode, 400)
    assert.strictEqual((yield* invoke(" ")).statusCode, 400)
    assert.strictEqual((yield* invoke("nobody@example.com")).statusCode, 404)
    yield* addFault({ path: "/api/v2/users/search", status: 503 })
    const start = performance.now()
    const down = yield* invoke(email, { getRemainingTimeInMillis: () => 1_000 })
    assert.deepInclude(down, {
      statusCode: 503,
      headers: { "content-type": "application/json", "retry-after": "30" }
    })
    assert.isBelow(performance.now() - start, 1_000)
    yield* clearFaults
    assert.strictEqual((yield* invoke(email)).statusCode, 200)
    // The token is refused, and no other one is to be had: the caller is not told why.
    yield* updateClient(clientId, { state: "inactive" })
    const refused = yield* invoke(email)
    assert.strictEqual(refused.statusCode, 502)
    assert.notInclude(refused.body, clientId)
  }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
)

it.live("nothing of it keeps the process alive", () =>
  Effect.gen(function* () {
    const { clientId, clientSecret, journal, url } = yield* Simulator
    const { stdout } = yield* Effect.promise(() =>
      promisify(execFile)(process.execPath, ["invoke.ts", email, "nobody@example.com", email], {
        cwd: import.meta.dirname,
        timeout: 60_000,
        env: {
          PATH: process.env["PATH"],
          GENESYS_CLOUD_LOGIN_URL: url,
          GENESYS_CLOUD_API_URL: url,
          GENESYS_CLOUD_CLIENT_ID: clientId,
          GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
        }
      })
    )
    const codes = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).statusCode)
    assert.deepStrictEqual(codes, [200, 404, 200])
    assert.strictEqual((yield* journal).tokensIssued, 1)
  }).pipe(Effect.provide(Simulator.layer()))
)
