/**
 * Each program that listens, as its user starts it, before whoever can reach its port. Nothing that they send may end it. `PROVE=1`: each
 * of them, and ten times as many mutations of proper requests; else the proxy and a listener. The same is sent in each test run to what listens
 * within a process: `webLogin.program.test.ts`, `LocalProxyCallers.test.ts`, `WorkerServer.test.ts` and the simulator's `Http.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as HostileHost from "../../../packages/client/test/HostileHost.ts"
import * as Attackers from "../../../packages/simulator/test/support/hostile/Attackers.ts"
import * as Attacks from "../../../packages/simulator/test/support/hostile/Attacks.ts"
import * as Frames from "../../../packages/simulator/test/support/hostile/Frames.ts"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import * as Person from "./support/Person.ts"
import * as Programs from "./support/Programs.ts"

const timeout = 240_000
const seed = 20_261_129
const attacks = (host: string, calls: ReadonlyArray<Attacks.Call>) =>
  Attacks.attacks(seed, host, calls, Programs.isProof ? 40 : 4)

/** A proper request that is answered as it should be. */
const answered = (url: string, status: number, method = "GET") =>
  Effect.promise(async () => {
    const answer = await fetch(url, { method, headers: { connection: "close" } })
    await answer.text()
    assert.strictEqual(answer.status, status, url)
  })

const at = (url: string) => ({ host: "127.0.0.1", port: Number(new URL(url).port) })

/** Whoever is still connected does not hold it up. */
const soon = Effect.timeout("15 seconds")

describe("whatever is sent to it,", () => {
  it.live.skipIf(!Programs.isProof)(
    "genesys login --web waits on",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const person = Person.make()
        const args = ["login", "--web", "--client-id", "web-client", "--port", "0", "--no-browser", "--wait", "10m"]
        const program = yield* Process.start("genesys", args, {
          env: { ...person.env, GENESYS_CLOUD_LOGIN_URL: url, GENESYS_CLOUD_API_URL: url }
        })
        const { stderr } = yield* program.until(/\/oauth\/authorize\?\S+\n/)
        const address = new URL(/http\S+\/oauth\/authorize\?\S+/.exec(stderr)![0])
        const callback = address.searchParams.get("redirect_uri")!
        const state = address.searchParams.get("state")!
        const { host, pathname } = new URL(callback)
        const call = { method: "GET", target: `${pathname}?code=c&state=${"x".repeat(state.length)}` }
        yield* Attackers.holdOut(at(callback), attacks(host, [call]), answered(`${callback}?code=c`, 400))
        yield* Attackers.lingerers(at(callback))
        yield* answered(`${callback}?error=access_denied&state=${state}`, 200)
        assert.strictEqual((yield* soon(program.ended)).code, 3)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "genesys proxy goes on",
    () =>
      Effect.gen(function* () {
        const proxy = yield* Process.start("genesys", ["proxy", "--max-retries", "0"], { env: yield* Settings.env })
        const { stdout } = yield* proxy.until(/the proxy runs/)
        const url = new URL(stdout.trim())
        const calls = [
          { method: "GET", target: `${url.pathname}/api/v2/tokens/me?a=b` },
          { method: "POST", target: `${url.pathname}/api/v2/users/search`, body: '{"pageSize":1}' },
          { method: "POST", target: `${url.pathname}/oauth/token`, body: "grant_type=client_credentials" }
        ]
        const proof = answered(`${url.href}/oauth/token`, 200, "POST")
        yield* Attackers.holdOut(at(url.href), attacks(url.host, calls), proof)
        yield* Attackers.lingerers(at(url.href))
        yield* proxy.signal("SIGTERM")
        assert.strictEqual((yield* soon(proxy.ended)).code, 130)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ rateLimit: "off", mintLimit: "off" }))),
    timeout
  )

  it.live.skipIf(!Programs.isProof)(
    "genesys-worker goes on",
    () =>
      Effect.gen(function* () {
        const file = join(mkdtempSync(join(tmpdir(), "genesys-hostile-")), "worker.json")
        writeFileSync(file, JSON.stringify({ http: { port: 0 }, jobs: [{ name: "a", kind: "watch", every: "1h" }] }))
        const worker = yield* Process.start("genesys-worker", ["run", "--file", file], { env: yield* Settings.env })
        const { stderr } = yield* worker.until(/url=http\S+[\s\S]*worker started/)
        const url = /url=(http:\/\/127\.0\.0\.1:\d+)/.exec(stderr)![1]!
        const calls = ["/status", "/metrics", "/readyz?a=b"].map((target) => ({ method: "GET", target }))
        const proof = Effect.andThen(answered(`${url}/status`, 200), answered(`${url}/healthz`, 200))
        yield* Attackers.holdOut(at(url), attacks(new URL(url).host, calls), proof)
        yield* Attackers.lingerers(at(url))
        yield* worker.signal("SIGTERM")
        assert.strictEqual((yield* soon(worker.ended)).code, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live.skipIf(!Programs.isProof)(
    "genesys simulator goes on, and so do the WebSockets of its channels",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Process.start("genesys", ["simulator"])
        const { stdout } = yield* simulator.until(/CLIENT_SECRET=\S+\n/)
        const found = (pattern: RegExp, text = stdout) => pattern.exec(text)![1]!
        const url = found(/LOGIN_URL=(\S+)/)
        const { host } = new URL(url)
        const [form, json] = ["application/x-www-form-urlencoded", "application/json"]
        const post = (path: string, authorization: string, type: string, body = "") =>
          Effect.promise(async () => {
            const headers = { authorization, "content-type": type }
            return (await fetch(`${url}${path}`, { method: "POST", headers, body })).text()
          })
        const basic = `Basic ${btoa(`${found(/CLIENT_ID=(\S+)/)}:${found(/CLIENT_SECRET=(\S+)/)}`)}`
        const login = yield* post("/oauth/token", basic, form, "grant_type=client_credentials")
        const bearer = `Bearer ${found(/"access_token":"([^"]+)"/, login)}`
        const channel = yield* post("/api/v2/notifications/channels", bearer, json)
        const connectUri = found(/"connectUri":"([^"]+)"/, channel)

        const headers = (authorization: string, type: string) => [
          `Authorization: ${authorization}`,
          `Content-Type: ${type}`
        ]
        const calls = [
          { method: "GET", target: "/api/v2/users?pageSize=1", headers: headers(bearer, json) },
          { method: "POST", target: "/api/v2/users/search", headers: headers(bearer, json), body: '{"query":[]}' },
          { method: "POST", target: "/oauth/token", headers: headers(basic, form), body: "grant_type=x" },
          { method: "POST", target: "/_control/faults", headers: headers(bearer, json), body: '{"path":"/none"}' }
        ]
        const proof = answered(`${url}/openapi.json`, 200)
        yield* Attackers.holdOut(at(url), attacks(host, calls), proof)

        const pong = Effect.callback<void>((resume) => {
          const socket = new WebSocket(connectUri)
          socket.addEventListener("open", () => socket.send('{"message":"ping"}'))
          socket.addEventListener("message", ({ data }) => {
            if (String(data).includes("pong")) resume(Effect.void)
          })
          return Effect.sync(() => socket.close())
        })
        const frames = Attacks.onWebSocket(host, new URL(connectUri).pathname)
        yield* Attackers.holdOut(at(url), frames, Effect.andThen(pong, proof))

        yield* Attackers.lingerers(at(url))
        yield* simulator.signal("SIGTERM")
        const ended = yield* soon(simulator.ended)
        assert.strictEqual(ended.code, 130)
        assert.notInclude(ended.stdout + ended.stderr, "The simulator failed")
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "genesys notifications listen prints what it understands, and goes on",
    () =>
      Effect.gen(function* () {
        const topic = "v2.users.x.presence"
        const event = Frames.frame(0x81, JSON.stringify({ topicName: topic, eventBody: { told: "last" } }), false)
        const bytes = (accept: string) => HostileHost.opened(accept, Buffer.concat([Frames.texts(false), event]))
        const host = yield* HostileHost.make((yield* Simulator).url, [{ name: "texts", bytes }])
        const env = { ...(yield* Settings.env), GENESYS_CLOUD_LOGIN_URL: host.url, GENESYS_CLOUD_API_URL: host.url }
        const listener = yield* Process.start("genesys", ["notifications", "listen", topic], { env })
        yield* listener.until(/"told":"last"[^]*"Listening"|"Listening"[^]*"told":"last"/)
        yield* listener.signal("SIGINT")
        const { code, stdout } = yield* listener.ended
        assert.strictEqual(code, 130)
        assert.notInclude(stdout, '"Gap"')
        for (const line of stdout.trim().split("\n")) JSON.parse(line)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})
