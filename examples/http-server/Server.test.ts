/** The server before a simulated Genesys Cloud: in this process, and as one of its own that is told to end. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Testing from "@effect-genesys/simulator/testing"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Server from "./Server.ts"

const email = "test.user@yourcompany.com"

const ask = (url: string) =>
  Effect.promise(async () => {
    const response = await fetch(url)
    return { status: response.status, body: Object(await response.json()) }
  })

const url = Effect.map(HttpServer.HttpServer, ({ address }) => HttpServer.formatAddress(address))

it.live("one token serves all requests, and without one it is not ready", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const at = yield* url
    const found = yield* Effect.all(
      Array.from({ length: 40 }, () => ask(`${at}/colleagues/${email}`)),
      { concurrency: "unbounded" }
    )
    for (const { body, status } of found) {
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(body, found[0]?.body)
    }
    assert.hasAllKeys(found[0]?.body, ["id", "name"])
    assert.strictEqual((yield* simulator.journal).tokensIssued, 1)
    assert.deepStrictEqual(yield* ask(`${at}/readyz`), { status: 200, body: Object("ok") })
    const nobody = yield* ask(`${at}/colleagues/nobody@example.com`)
    assert.deepInclude(nobody, {
      status: 404,
      body: { _tag: "Nobody", message: "Nobody has the address nobody@example.com." }
    })

    yield* simulator.updateClient(simulator.clientId, { state: "inactive" })
    yield* simulator.revokeTokens
    const refused = yield* ask(`${at}/colleagues/${email}`)
    assert.strictEqual(refused.status, 503)
    assert.notInclude(JSON.stringify(refused.body), simulator.clientId)
    assert.strictEqual((yield* ask(`${at}/readyz`)).status, 503)
    assert.strictEqual((yield* ask(`${at}/healthz`)).status, 200)
  }).pipe(Effect.provide(Layer.provideMerge(Server.layer({ port: 0 }), Testing.layer())))
)

it.live("as a process, it answers what it was asked before it ends", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    yield* simulator.addFault({ path: "/api/v2/users/search", delayMs: 1_000 })
    const child = spawn(process.execPath, ["main.ts"], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        PATH: process.env["PATH"],
        PORT: "0",
        GENESYS_CLOUD_LOGIN_URL: simulator.url,
        GENESYS_CLOUD_API_URL: simulator.url,
        GENESYS_CLOUD_CLIENT_ID: simulator.clientId,
        GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(simulator.clientSecret)
      }
    })
    yield* Effect.addFinalizer(() => Effect.sync(() => child.kill("SIGKILL")))
    const ended = once(child, "exit")
    const at = yield* Effect.promise(async () => {
      let said = ""
      for await (const part of child.stderr) {
        said += part
        const [, found] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? []
        if (found !== undefined) return found
      }
      throw new Error(`It has ended: ${said}`)
    })
    const answer = fetch(`${at}/colleagues/${email}`)
    // It is under way: Genesys Cloud has been asked.
    const { apiRequests } = yield* Effect.repeat(Effect.delay(simulator.journal, "20 millis"), {
      until: (journal) => journal.apiRequests === 1
    }).pipe(Effect.timeout("30 seconds"))
    assert.strictEqual(apiRequests, 1)
    child.kill("SIGTERM")
    assert.strictEqual((yield* Effect.promise(() => answer)).status, 200)
    yield* Effect.promise(() => ended)
    const after = yield* Effect.promise(() =>
      fetch(`${at}/healthz`).then(
        () => "answered",
        () => "gone"
      )
    )
    assert.strictEqual(after, "gone")
  }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
)
