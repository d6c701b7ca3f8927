/** How long a call waits, who is told of it, and what its error says of the wait. */
import { assert, describe, it } from "@effect/vitest"
import { Policy as RefreshPolicies, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { OnWait, type Wait } from "../src/Waiting.ts"
import { broken, make, refusal, type Script } from "./ScriptedApi.ts"
import * as Stack from "./Stack.ts"

const get = HttpClientRequest.get("/api/v2/things")
const patient = { deadline: Duration.minutes(15), maxRetries: 1000 }

/** Runs a call while the clock moves. */
const outcome = Effect.fnUntraced(function* <A, E, R>(call: Effect.Effect<A, E, R>, policy: Policy) {
  const waits: Array<Wait> = []
  const fiber = yield* Effect.result(call).pipe(
    Effect.timed,
    Effect.provideService(RetryPolicy, policy),
    Effect.provideService(OnWait, (wait: Wait) => void waits.push(wait)),
    Effect.forkChild({ startImmediately: true })
  )
  while (fiber.pollUnsafe() === undefined) {
    for (let turn = 0; turn < 5; turn++)
      yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
    if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("500 millis")
  }
  const [took, result] = yield* Fiber.join(fiber)
  return { seconds: Duration.toSeconds(took), error: result._tag === "Failure" ? result.failure : undefined, waits }
})

const scripted = (script: Script, policy: Policy) =>
  Effect.gen(function* () {
    const { client, seen } = yield* make(script)
    const ended = yield* outcome(client.text(get), policy)
    return { ...ended, sent: seen.requests.length }
  }).pipe(Effect.scoped)

const fine = () => Response.json({})

describe("a host that cannot be reached", () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]) {
    it.effect(`${code} ends the call of whoever looks on within seconds, with its cause`, () =>
      Effect.gen(function* () {
        const policy = new Policy({ ...patient, unreachable: Duration.seconds(5) })
        const { error, seconds, sent } = yield* scripted([() => broken(code)], policy)
        assert.deepStrictEqual([sent, seconds], [2, 3])
        assert.strictEqual(error?._tag, "UnavailableError")
        assert.include(error?.message, code)
      })
    )
  }

  const page = () => new Response("<html>Sign in</html>", { headers: { "content-type": "text/html" } })
  const tunnel = () =>
    Object.assign(new Error("Proxy response (407) !== 200 when HTTP Tunneling"), { code: "UND_ERR_ABORTED" })
  const lasting: ReadonlyArray<readonly [string, Script[number], RegExp]> = [
    ["an untrusted certificate", () => broken("SELF_SIGNED_CERT_IN_CHAIN"), /GENESYS_CLOUD_CA_FILE/],
    [
      "an error that wraps one",
      () => new Error("outer", { cause: broken("CERT_HAS_EXPIRED") }),
      /clock of this machine/
    ],
    ["a certificate of another host", () => broken("ERR_TLS_CERT_ALTNAME_INVALID"), /belongs to another host/],
    [
      "a host that wants a client certificate",
      () => broken("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"),
      /CLIENT_CERT/
    ],
    ["a host without TLS", () => broken("ERR_SSL_WRONG_VERSION_NUMBER"), /does not speak TLS/],
    ["a proxy that wants a password", tunnel, /asks for a user name/],
    ["a host that drops every connection", () => broken("UND_ERR_SOCKET"), /connection was closed/],
    ["another's page", page, /a body that is not JSON/]
  ]
  for (const [name, answer, says] of lasting) {
    it.effect(`${name} ends it as soon; a program that nobody looks at goes on`, () =>
      Effect.gen(function* () {
        const one = yield* make([answer])
        const ended = yield* outcome(
          one.client.json(get, Schema.Unknown),
          new Policy({ ...patient, unreachable: Duration.seconds(5) })
        )
        assert.deepStrictEqual([one.seen.requests.length, ended.seconds], [2, 3])
        assert.match(ended.error?.message ?? "", says)
        const other = yield* make([answer, answer, answer, answer, fine])
        const { error } = yield* outcome(other.client.json(get, Schema.Unknown), new Policy(patient))
        assert.isUndefined(error)
      }).pipe(Effect.scoped)
    )
  }

  const passing: ReadonlyArray<readonly [string, Script[number]]> = [
    ["connections that drop in the middle", () => broken("ECONNRESET")],
    ["an outage", () => refusal(503, "service.unavailable")],
    ["a rate limit", () => refusal(429, "too.many.requests", { "retry-after": "3" })],
    ["broken JSON of Genesys", () => new Response("{", { headers: { "inin-correlation-id": "one" } })]
  ]
  for (const [name, answer] of passing) {
    it.effect(`${name} are no such host: whoever looks on waits, too`, () =>
      Effect.gen(function* () {
        const { client } = yield* make([fine, answer, answer, answer, answer, fine])
        yield* client.text(get)
        const policy = new Policy({ ...patient, unreachable: Duration.seconds(5) })
        const { error, seconds } = yield* outcome(client.json(get, Schema.Unknown), policy)
        assert.isUndefined(error)
        assert.isAtLeast(seconds, 12)
      }).pipe(Effect.scoped)
    )
  }

  const html = "<html>Sign in</html>"
  const tooLong = { access_token: "a".repeat(86), expires_in: -1 }
  const logins = { "a page in place of a token": html, "a token that cannot be used": JSON.stringify(tooLong) }
  for (const [name, body] of Object.entries(logins)) {
    it.effect(`${name} ends it as soon`, () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        yield* simulator.addFault({ path: "/oauth/token", status: 200, body })
        const client = yield* GenesysClient
        const policy = new Policy({ ...patient, unreachable: Duration.seconds(5) })
        const { error, seconds } = yield* outcome(client.text(get), policy)
        assert.strictEqual(error?._tag, "UnavailableError")
        assert.isAtMost(seconds, 5)
      }).pipe(
        Effect.provide(Stack.layer()),
        Effect.provideService(RefreshPolicy, new RefreshPolicies({ patience: Duration.seconds(4) }))
      )
    )
  }

  const submissions: ReadonlyArray<readonly [string, Script[number], number, number]> = [
    ["a refused connection", () => broken("ECONNREFUSED"), 2, 6],
    ["a host that drops every connection", () => broken("ECONNRESET"), 1, 3],
    ["another's page", page, 1, 3]
  ]
  for (const [name, answer, soon, late] of submissions) {
    it.effect(`${name} ends a whole job of whoever looks on as soon; others submit it again`, () =>
      Effect.gen(function* () {
        const exported = Effect.fnUntraced(function* (policy: Policy) {
          const { client, seen } = yield* make([answer])
          const details = ConversationDetails.layer.pipe(Layer.provide(Layer.succeed(GenesysClient, client)))
          const interval = "1970-01-01T00:00:00.000Z/1970-01-02T00:00:00.000Z"
          const { seconds } = yield* outcome(
            ConversationDetails.use((service) => Stream.runDrain(service.exportRaw({ interval }))).pipe(
              Effect.provide(details)
            ),
            policy
          )
          return { seconds, sent: seen.requests.length }
        })
        const { seconds, sent } = yield* exported(new Policy({ ...patient, unreachable: Duration.seconds(5) }))
        assert.strictEqual(sent, soon)
        assert.isAtMost(seconds, 5)
        assert.strictEqual((yield* exported(new Policy({ maxRetries: 1 }))).sent, late)
      }).pipe(Effect.scoped)
    )
  }

  it.effect("is tried until the deadline by a program that nobody looks at", () =>
    Effect.gen(function* () {
      const { seconds, sent } = yield* scripted([() => broken("ECONNREFUSED")], new Policy(patient))
      assert.isAbove(sent, 60)
      assert.isAtLeast(seconds, 850)
    })
  )

  it.effect("has to be so for that time on end: an outage that answers is waited for", () =>
    Effect.gen(function* () {
      const policy = new Policy({ ...patient, unreachable: Duration.seconds(5) })
      const down = () => refusal(503, "service.unavailable")
      const script = [() => broken("ECONNREFUSED"), down, () => broken("ECONNREFUSED"), down, down, down, fine]
      const { error, sent } = yield* scripted(script, policy)
      assert.isUndefined(error)
      assert.strictEqual(sent, 7)
    })
  )
})

describe("a wait of a second or more", () => {
  it.effect("is told, with its length and its cause; shorter ones are not", () =>
    Effect.gen(function* () {
      const script = [
        () => refusal(503, "service.unavailable"),
        () => refusal(429, "too.many.requests", { "retry-after": "42" }),
        () => refusal(401, "bad.credentials"),
        fine
      ]
      const { error, waits } = yield* scripted(script, new Policy(patient))
      assert.isUndefined(error)
      assert.deepStrictEqual(
        waits.filter(({ reason }) => reason === "Again").map(({ millis }) => millis),
        [3_000, 42_000]
      )
      assert.match(waits[0]?.cause ?? "", /status 503/)
      assert.isTrue(waits.some(({ cause }) => /rate limit/.test(cause ?? "")))
    })
  )

  it.effect("for its turn under the rate limit is told", () =>
    Effect.gen(function* () {
      const used = { "inin-ratelimit-allowed": "10", "inin-ratelimit-count": "10", "inin-ratelimit-reset": "40" }
      const { client } = yield* make([() => Response.json({}, { headers: used })])
      yield* client.text(get)
      const { error, waits } = yield* outcome(client.text(get), new Policy(patient))
      assert.isUndefined(error)
      assert.deepStrictEqual(
        waits.map(({ reason }) => reason),
        ["Turn"]
      )
      assert.isAtLeast(waits[0]?.millis ?? 0, 30_000)
    }).pipe(Effect.scoped)
  )

  it.effect("for a token is told, and a deadline that comes meanwhile says why there is none", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.addFault({ path: "/oauth/token", status: 503 })
      const client = yield* GenesysClient
      const { error, seconds, waits } = yield* outcome(client.text(get), new Policy({ deadline: Duration.seconds(8) }))
      assert.strictEqual(seconds, 8)
      assert.strictEqual(error?._tag, "UnavailableError")
      assert.match(error?.message ?? "", /was not sent within 8s: there is no token for it yet\. .*503/)
      assert.deepStrictEqual(
        waits.map(({ reason }) => reason),
        ["Token"]
      )
      assert.match(waits[0]?.cause ?? "", /503/)
    }).pipe(Effect.provide(Stack.layer()))
  )
})
