/** Whom a worker tells how it is, and how long it waits for who asks. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import { type IncomingHttpHeaders, request } from "node:http"
import * as Attackers from "../../../../packages/simulator/test/support/hostile/Attackers.ts"
import * as WorkerEnvironment from "../../src/settings/WorkerEnvironment.ts"
import * as WorkerServer from "../../src/server/WorkerServer.ts"
import { WorkerView } from "../../src/server/WorkerView.ts"
import type { Http } from "../../src/settings/WorkerSettings.ts"
import * as WorkerSettingsFile from "../../src/settings/WorkerSettingsFile.ts"

const view = Layer.succeed(
  WorkerView,
  WorkerView.of({
    unready: Effect.succeed(["org acme: the credentials are refused."]),
    status: Effect.succeed({ version: "0", startedAt: "", at: "", state: "running", unready: [], orgs: [], jobs: [] })
  })
)

/** Starts one, and answers its port and what it has logged so far. */
const start = Effect.fnUntraced(function* (http: Omit<Http, "port">) {
  const lines: Array<string> = []
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    lines.push(`${logLevel} ${String(message)} ${JSON.stringify(fiber.getRef(References.CurrentLogAnnotations))}`)
  })
  yield* Layer.build(
    WorkerServer.layer({ ...http, port: 0 }).pipe(Layer.provide(view), Layer.provide(Logger.layer([logger])))
  )
  return { port: Number(/"url":"http:[^"]*:(\d+)"/.exec(lines.join())![1]), lines }
})

const ask = (port: number, path: string, headers: Record<string, string>) =>
  Effect.callback<{ readonly status: number; readonly text: string; readonly headers: IncomingHttpHeaders }>(
    (resume) => {
      const sent = request(
        { host: "127.0.0.1", port, path, headers: { connection: "close", ...headers } },
        (answer) => {
          let text = ""
          answer.on("data", (part: Buffer) => (text += part.toString()))
          answer.on("end", () =>
            resume(Effect.succeed({ status: answer.statusCode ?? 0, text, headers: answer.headers }))
          )
        }
      )
      sent.on("error", (error) => resume(Effect.die(error)))
      sent.end()
    }
  )

const names: ReadonlyArray<readonly [Omit<Http, "port">, ReadonlyArray<string>, ReadonlyArray<string>]> = [
  [
    {},
    ["localhost", "LOCALHOST:9464", "127.0.0.1", "127.1.2.3:1", "[::1]:9464"],
    ["attacker.example", "127.0.0.1.attacker.example", "0.0.0.0", "10.0.0.7", "localhost.", "a:b", "[::1", "@localhost"]
  ],
  [{ hosts: ["worker.example.com"] }, ["worker.example.com", "Worker.Example.com:80", "localhost"], ["example.com"]],
  [
    { host: "0.0.0.0", hosts: ["worker"] },
    ["10.0.0.7:9464", "[fd00::7]", "worker:9464", "localhost"],
    ["attacker.example", "10.0.0.7.attacker.example", "10.0.0.7.", "999.1.1.1"]
  ]
]

describe("a worker over HTTP", () => {
  for (const [http, own, others] of names) {
    it.live(`tells how it is by its own names only: ${JSON.stringify(http)}`, () =>
      Effect.gen(function* () {
        const { port } = yield* start(http)
        for (const host of own) {
          for (const path of ["/status", "/metrics", "/", "/page.js"]) {
            assert.strictEqual((yield* ask(port, path, { host })).status, 200, `${host}${path}`)
          }
          assert.include((yield* ask(port, "/readyz", { host })).text, "org acme")
        }
        for (const host of others) {
          for (const path of [
            "/status",
            "/metrics",
            "/",
            "/page.js",
            "/status/events",
            "/STATUS",
            "//status",
            "/none",
            "/healthz/../status"
          ]) {
            const { status, text } = yield* ask(port, path, { host })
            assert.strictEqual(status, 421, `${host}${path}`)
            assert.match(text, /^The worker does not know this name.*http\.hosts/)
          }
          assert.deepInclude(yield* ask(port, "/healthz", { host }), { status: 200, text: "ok\n" })
          // Whether it can work is for all; why it cannot is not.
          assert.deepInclude(yield* ask(port, "/readyz?a=b", { host }), { status: 503, text: '{"ready":false}' })
        }
      }).pipe(Effect.scoped)
    )
  }

  it.live("is not for other web pages", () =>
    Effect.gen(function* () {
      const { port } = yield* start({})
      const pages: ReadonlyArray<readonly [Record<string, string>, number]> = [
        [{ origin: "http://localhost:3000" }, 403],
        [{ origin: "null" }, 403],
        [{ "sec-fetch-site": "cross-site" }, 403],
        [{ "sec-fetch-site": "same-site" }, 403],
        [{ "sec-fetch-site": "none" }, 200],
        [{ "sec-fetch-site": "same-origin" }, 200]
      ]
      for (const [headers, wanted] of pages) {
        for (const path of ["/status", "/metrics", "/"]) {
          const { status } = yield* ask(port, path, { host: "localhost", ...headers })
          assert.strictEqual(status, wanted, `${path} ${JSON.stringify(headers)}`)
        }
      }
    }).pipe(Effect.scoped)
  )

  it.live("has a page that may load what is the worker's, and nothing else", () =>
    Effect.gen(function* () {
      const { port } = yield* start({})
      const types = {
        "/": "text/html",
        "/page.css": "text/css",
        "/page.js": "text/javascript",
        "/icon.svg": "image/svg"
      }
      for (const [path, type] of Object.entries(types)) {
        const { headers, status, text } = yield* ask(port, path, { host: "localhost" })
        assert.strictEqual(status, 200, path)
        assert.include(headers["content-type"], type)
        const policy = headers["content-security-policy"]
        assert.match(String(policy), /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/)
        assert.notInclude(policy, "unsafe")
        assert.match(String(policy), /frame-ancestors 'none'/)
        assert.strictEqual(headers["x-content-type-options"], "nosniff")
        // Names of XML are no places that something is loaded from.
        const elsewhere = text.replaceAll(/http:\/\/www\.w3\.org\/[\w./]+/g, "").match(/(?:https?:)?\/\/[\w.-]+/)
        assert.isNull(elsewhere, path)
      }
      for (const path of ["/index.html", "/page.tsx", "/..%2fpackage.json", "/%2e%2e/package.json"]) {
        assert.strictEqual((yield* ask(port, path, { host: "localhost" })).status, 404, path)
      }
    }).pipe(Effect.scoped)
  )

  it.live("tells how it is again and again, to so many at a time", () =>
    Effect.gen(function* () {
      const { port } = yield* start({})
      const to = { host: "127.0.0.1", port }
      const question = "GET /status/events HTTP/1.1\r\nhost: localhost\r\n\r\n"
      const one = yield* Scope.make()
      const leaving = yield* Scope.provide(Attackers.linger(to, question), one)
      const viewers = yield* Effect.forEach(Array.from({ length: 31 }), () => Attackers.linger(to, question))
      const all = (times: number) => () =>
        [leaving, ...viewers].every(({ told }) => told.text.split("event: status\n").length > times)
      const until = (done: () => boolean) =>
        Effect.timeout(Effect.repeat(Effect.sleep("20 millis"), { until: done }), "10 seconds")
      yield* until(all(1))
      const { text } = leaving.told
      assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-type: text\/event-stream/)
      assert.match(text, /\nretry: 2000\n\n/)
      assert.match(text, /\nevent: status\ndata: \{"version":"0",.*\}\n\n/)
      const refused = yield* ask(port, "/status/events", { host: "localhost" })
      assert.deepInclude(refused, {
        status: 503,
        text: "32 pages of this worker are open already. Close one of them.\n"
      })
      // One that goes makes room.
      yield* until(all(2))
      yield* Scope.close(one, Exit.void)
      const isLetIn = Effect.gen(function* () {
        const { told } = yield* Attackers.linger(to, question)
        yield* until(() => told.text !== "")
        return told.text.includes(" 200 OK")
      }).pipe(Effect.scoped)
      yield* Effect.timeout(Effect.repeat(isLetIn, { until: (found) => found }), "10 seconds")
    }).pipe(Effect.scoped)
  )

  it.live("warns where others can reach it, and only there", () =>
    Effect.gen(function* () {
      const warning = /Warn whoever reaches this machine can read/
      assert.match((yield* start({ host: "0.0.0.0" })).lines.join("\n"), warning)
      for (const http of [{}, { host: "127.0.0.1" }, { host: "localhost" }]) {
        assert.notMatch((yield* start(http)).lines.join("\n"), warning)
      }
    }).pipe(Effect.scoped)
  )

  it.live("closes connections beyond its number, and ends at once, whoever stays", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { lines, port } = yield* Scope.provide(start({}), scope)
      const to = { host: "127.0.0.1", port }
      const many = yield* Effect.forEach(Array.from({ length: 140 }), () => Attackers.linger(to, "GET / HT"), {
        concurrency: "unbounded"
      })
      const refused = () => many.filter(({ told }) => told.hungUp).length
      yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => refused() >= 12 }).pipe(
        Effect.timeout("5 seconds")
      )
      assert.strictEqual(refused(), 12)
      assert.include(lines.join("\n"), "new connections are refused: there are 128 already")
      const [took] = yield* Effect.timed(Scope.close(scope, Exit.void))
      assert.isBelow(Duration.toMillis(took), 4_000)
    }).pipe(Effect.scoped)
  )

  const http = (variables: Record<string, string>, settings?: string) =>
    Effect.gen(function* () {
      const read = settings === undefined ? undefined : yield* WorkerSettingsFile.parse("worker.json", settings)
      return Option.getOrThrow(yield* WorkerEnvironment.http(read))
    }).pipe(
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ GENESYS_WORKER_PORT: "1", ...variables })))
    )
  const job = { name: "a", kind: "watch", every: "1h" }
  const file = (hosts: unknown) => JSON.stringify({ http: { port: 2, hosts }, jobs: [job] })

  it.live("takes its names from the environment, then from its file", () =>
    Effect.gen(function* () {
      const fromFile = file(["b.example"])
      assert.deepStrictEqual((yield* http({ GENESYS_WORKER_HOSTS: "a.example, a" }, fromFile)).hosts, [
        "a.example",
        "a"
      ])
      assert.deepStrictEqual((yield* http({}, fromFile)).hosts, ["b.example"])
      assert.deepStrictEqual((yield* http({})).hosts, [])
      const wrong = yield* Effect.flip(http({ GENESYS_WORKER_HOSTS: "a.example:80" }))
      assert.match(wrong.message, /^GENESYS_WORKER_HOSTS is not valid: it must be host names/)
      const error = yield* Effect.flip(http({}, file(["http://a"])))
      assert.match(error.message, /http\.hosts\[0\] is not valid: it must be a host name without a port/)
    })
  )
})
