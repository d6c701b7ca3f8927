/** `genesys status`: where settings come from, the rate limit, and the live view. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Person from "../support/Person.ts"
import * as Screen from "../support/Screen.ts"

const timeout = 120_000

const Setting = Schema.Struct({ value: Schema.String, source: Schema.String })
const Status = Schema.fromJsonString(
  Schema.Struct({
    state: Schema.String,
    settings: Schema.Struct({
      profile: Schema.optionalKey(Setting),
      region: Setting,
      loginUrl: Setting,
      apiUrl: Setting,
      clientId: Setting,
      clientSecret: Schema.Struct({ source: Schema.String })
    }),
    api: Schema.optionalKey(Schema.String),
    rateLimit: Schema.optionalKey(Schema.Struct({ used: Schema.Int, allowed: Schema.Int, resetSeconds: Schema.Int }))
  })
)

describe("genesys status", () => {
  it.live(
    "says where each setting comes from, without a call, and with --check the rate limit, with one",
    () =>
      Effect.gen(function* () {
        const { clientId, journal, url } = yield* Simulator
        const person = Person.make()
        yield* person.login("--profile", "acme")
        const before = yield* journal
        const status = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env?: Process.Env) {
          const { code, stderr, stdout } = yield* person.run(["status", "--json", ...args], { env })
          assert.deepStrictEqual([code, stderr], [0, ""])
          return yield* Schema.decodeEffect(Status)(stdout)
        })
        const plain = yield* status([])
        assert.deepStrictEqual(plain.settings, {
          profile: { value: "acme", source: "default" },
          region: { value: "us-east-1", source: "profile acme" },
          loginUrl: { value: url, source: "profile acme" },
          apiUrl: { value: url, source: "profile acme" },
          clientId: { value: clientId, source: "profile acme" },
          clientSecret: { source: "profile acme, file" }
        })
        assert.deepStrictEqual([plain.state, plain.api, plain.rateLimit], ["ready", undefined, undefined])
        const flagged = yield* status(["--region", "eu-west-1", "--profile", "acme"])
        assert.deepStrictEqual(flagged.settings.region, { value: "eu-west-1", source: "--region" })
        assert.deepStrictEqual(flagged.settings.profile, { value: "acme", source: "--profile" })
        const environment = yield* status([], { GENESYS_CLOUD_REGION: "sa-east-1" })
        assert.deepStrictEqual(environment.settings.region, { value: "sa-east-1", source: "environment" })
        const mistyped = yield* person.run(["status", "--region", "eu-west-11"])
        assert.strictEqual(mistyped.code, 2)
        assert.include(mistyped.stderr, "Did you mean eu-west-1 or eu-west-2?")
        assert.include(mistyped.stderr, 'Invalid value for flag --region: "eu-west-11". Expected: an AWS region')
        const named = yield* person.run(["status", "--profile", "a b"])
        assert.match(named.stderr, /flag --profile: "a b"\. Expected 1 to 64 letters/)
        const after = yield* journal
        assert.strictEqual(after.tokenRequests, before.tokenRequests)
        assert.lengthOf(after.requests, before.requests.length)

        // Another program has made a call.
        yield* person.run(["users", "get", "nobody"])
        const told = (yield* status([])).rateLimit
        assert.deepInclude(told, { used: 1, allowed: 300 })
        assert.isAbove(told?.resetSeconds ?? 0, 0)

        const checked = yield* status(["--check"])
        assert.deepInclude(checked, { api: "accepts the token" })
        assert.deepInclude(checked.rateLimit, { used: 2, allowed: 300 })
        yield* Simulator.use(({ revokeTokens }) => revokeTokens)
        assert.strictEqual((yield* status(["--check"])).api, "refuses the token")
        assert.strictEqual((yield* journal).tokenRequests, before.tokenRequests)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "--watch draws in its place in a terminal, sees what other processes do, and ends with 130 on Ctrl-C",
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        yield* person.login()
        const screen = yield* Screen.start(["status", "--watch"], person.env)
        const fingerprint = /fingerprint +([0-9a-f]{12})/g
        const seen = () => [...new Set([...screen.output().matchAll(fingerprint)].map(([, found]) => found))]
        yield* screen.until(/fingerprint +[0-9a-f]{12}/)
        assert.lengthOf(seen(), 1)
        assert.strictEqual((yield* person.run(["token", "--renew"])).code, 0)
        yield* screen.until(/\[\d+A\r?.\[0J/)
        yield* Effect.repeat(Effect.delay(Effect.sync(seen), "50 millis"), {
          until: ({ length }) => length === 2
        }).pipe(Effect.timeout("15 seconds"))
        yield* screen.type("\u0003")
        assert.strictEqual(yield* screen.ended, 130)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "--watch without a terminal needs --json, which prints a line for every change",
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        yield* person.login()
        const refused = yield* person.run(["status", "--watch"])
        assert.strictEqual(refused.code, 2)
        assert.match(refused.stderr, /^genesys: --watch draws in a terminal\.[^\n]*\n$/)
        const watching = yield* Process.start("genesys", ["status", "--watch", "--json"], { env: person.env })
        yield* watching.until(/\n/)
        yield* person.run(["token", "--renew"])
        yield* watching.until(/\n[^\n]*\n/)
        yield* watching.signal("SIGINT")
        const { code, stdout } = yield* watching.ended
        assert.strictEqual(code, 130)
        assert.lengthOf(stdout.trim().split("\n"), 2)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})
