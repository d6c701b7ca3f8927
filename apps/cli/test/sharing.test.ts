import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import * as Person from "./support/Person.ts"
import * as Programs from "./support/Programs.ts"

const timeout = 90_000

const Status = Schema.fromJsonString(
  Schema.Struct({
    region: Schema.String,
    loginUrl: Schema.String,
    clientId: Schema.String,
    state: Schema.Literals(["none", "ready", "expired", "refused", "failed"]),
    fingerprint: Schema.optionalKey(Schema.String),
    secondsLeft: Schema.optionalKey(Schema.Int),
    lastOutcome: Schema.optionalKey(
      Schema.Struct({ at: Schema.DateTimeUtcFromString, result: Schema.String, message: Schema.String })
    ),
    notBefore: Schema.optionalKey(Schema.DateTimeUtcFromString)
  })
)

const statusOf = Effect.fnUntraced(function* (env: Process.Env) {
  const { code, stdout } = yield* Programs.run("genesys", ["status", "--json"], { env })
  assert.strictEqual(code, 0)
  return yield* Schema.decodeEffect(Status)(stdout)
})

/** `PROVE=1`: 20; else two, and of a profile or with a wrong secret none. */
const count = Programs.isProof ? 20 : 2

const together = (env: Process.Env) =>
  Effect.all(
    Array.from({ length: count }, () => Process.run("genesys", ["token"], { env })),
    { concurrency: "unbounded" }
  )

const requests = Effect.map(
  Simulator.use((simulator) => simulator.journal),
  ({ tokenRequests }) => tokenRequests
)

/** All have printed one token, for which one of them has asked. */
const assertShared = Effect.fnUntraced(function* (ended: Effect.Success<ReturnType<typeof together>>) {
  assert.deepStrictEqual(new Set(ended.map(({ code, stderr }) => `${code}${stderr}`)), new Set(["0"]))
  assert.strictEqual(new Set(ended.map(({ stdout }) => stdout)).size, 1)
  assert.strictEqual(yield* requests, 1)
})

describe("processes share a token:", () => {
  it.live(
    `${count} at once make one request`,
    () =>
      Effect.gen(function* () {
        const ended = yield* together(yield* Settings.env)
        yield* assertShared(ended)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live.skipIf(!Programs.isProof)(
    `${count} at once with a profile make one request`,
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        yield* person.login()
        // What the login left is revoked, and gone from the cache.
        const { clearJournal } = yield* Simulator
        yield* clearJournal
        const ended = yield* together({ ...person.env, XDG_CACHE_HOME: `${person.env.XDG_CACHE_HOME}-2` })
        yield* assertShared(ended)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live.skipIf(!Programs.isProof)(
    `${count} at once with a wrong secret make one request too, and --renew asks again`,
    () =>
      Effect.gen(function* () {
        const env = { ...(yield* Settings.env), GENESYS_CLOUD_CLIENT_SECRET: "canary-secret" }
        const ended = yield* together(env)
        assert.deepStrictEqual(new Set(ended.map(({ code, stdout }) => `${code}${stdout}`)), new Set(["3"]))
        assert.strictEqual(yield* requests, 1)
        // All but the one that asked, or of many at least most.
        const most = Math.min(count - 1, Math.floor((count * 3) / 4) + 1)
        assert.isAtLeast(ended.filter(({ stderr }) => /remembered for another \d+s/.test(stderr)).length, most)
        assert.strictEqual((yield* Programs.run("genesys", ["token", "--renew"], { env })).code, 3)
        assert.strictEqual(yield* requests, 2)
        assert.strictEqual((yield* statusOf(env)).state, "refused")
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "--min-life asks for a new one when too little is left",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const token = (...flags: ReadonlyArray<string>) => Programs.run("genesys", ["token", ...flags], { env })
        const first = yield* token()
        // The programs live on the real clock, and so does their token.
        yield* Effect.sleep("2500 millis")
        const second = yield* token("--min-life", "4s")
        assert.notStrictEqual(second.stdout, first.stdout)
        assert.strictEqual(yield* requests, 2)
        const wrong = yield* token("--min-life", "soon")
        assert.strictEqual(wrong.code, 2)
        assert.include(wrong.stderr, "--min-life")
      }).pipe(Effect.provide(Simulator.layer({ tokenLifetime: 6 }))),
    timeout
  )

  it.live(
    "--min-life above what a token ever has warns, and does not make every process ask",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const token = Programs.run("genesys", ["token", "--min-life", "2h"], { env })
        const [first, second] = [yield* token, yield* token]
        assert.strictEqual(first.stdout, second.stdout)
        assert.match(second.stderr, /less than --min-life asks for: the OAuth client's tokens live 1h\.\n$/)
        assert.strictEqual(yield* requests, 1)
      }).pipe(Effect.provide(Simulator.layer({ tokenLifetime: 3600 }))),
    timeout
  )
})

describe("genesys status", () => {
  it.live(
    "shows what is stored, and never asks for a token",
    () =>
      Effect.gen(function* () {
        const { clientId, url } = yield* Simulator
        const env = yield* Settings.env
        const before = yield* statusOf(env)
        assert.deepInclude(before, { state: "none", clientId, loginUrl: url, region: "us-east-1" })
        assert.strictEqual(yield* requests, 0)

        const { stdout: token } = yield* Programs.run("genesys", ["token"], { env })
        const after = yield* statusOf(env)
        assert.strictEqual(after.state, "ready")
        assert.match(after.fingerprint ?? "", /^[0-9a-f]{12}$/)
        assert.isAbove(after.secondsLeft ?? 0, 580)
        assert.strictEqual(after.lastOutcome?.result, "issued")
        assert.strictEqual(yield* requests, 1)

        const table = yield* Programs.run("genesys", ["status", "--log-level", "all"], { env })
        assert.include(table.stdout, after.fingerprint!)
        assert.notInclude(table.stdout + table.stderr, token.trim())
        assert.notInclude(table.stdout + table.stderr, env["GENESYS_CLOUD_CLIENT_SECRET"]!)
      }).pipe(Effect.provide(Simulator.layer({ tokenLifetime: 600 }))),
    timeout
  )

  it.live(
    "exits with 2 when it is not told whose",
    () =>
      Effect.gen(function* () {
        const { code, stderr } = yield* Programs.run("genesys", ["status"])
        assert.strictEqual(code, 2)
        assert.match(stderr, /^genesys: GENESYS_CLOUD_CLIENT_ID is not set[^\n]*\n$/)
      }),
    timeout
  )
})
