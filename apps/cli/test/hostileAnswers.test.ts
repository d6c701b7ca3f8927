/** Programs against a host that never comes to an end, sends them elsewhere, or answers what is built to break them. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer, type ServerResponse } from "node:http"
import { join } from "node:path"
import * as Server from "../../../packages/client/test/network/Server.ts"
import type * as Process from "../../worker/test/support/Process.ts"
import * as Cli from "./support/Cli.ts"
import * as Programs from "./support/Programs.ts"

const timeout = 240_000

/** A byte every 100 ms, for ever. */
const drip = (response: ServerResponse, type: string, begin = "") => {
  response.writeHead(200, { "content-type": type }).write(begin)
  const timer = setInterval(() => response.write(" "), 100)
  response.on("close", () => clearInterval(timer))
}

const serve = Effect.fnUntraced(function* (answer: (path: string, response: ServerResponse) => void) {
  const paths: Array<string> = []
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0]!
    paths.push(path)
    request.resume().on("end", () => answer(path, response))
  })
  const { port } = yield* Server.listen(server)
  return { url: `http://127.0.0.1:${port}`, paths }
})

const issue = (response: ServerResponse) =>
  response.end(JSON.stringify({ access_token: "t".repeat(86), token_type: "bearer", expires_in: 86_400 }))

const envOf = (loginUrl: string, apiUrl: string) => ({
  GENESYS_CLOUD_LOGIN_URL: loginUrl,
  GENESYS_CLOUD_API_URL: apiUrl,
  GENESYS_CLOUD_CLIENT_ID: "id",
  GENESYS_CLOUD_CLIENT_SECRET: "secret"
})

it.live(
  "whatever the host does, each command ends with exit code 7 and one line",
  () =>
    Effect.gen(function* () {
      const elsewhere = yield* serve((_, response) => response.end("{}"))
      const host = yield* serve((path, response) => {
        if (path === "/oauth/token") return void issue(response)
        if (path === "/api/v2/deep") {
          return void response
            .writeHead(200, { "content-type": "application/json" })
            .end("[".repeat(5_000) + "]".repeat(5_000))
        }
        if (path === "/api/v2/elsewhere") {
          return void response.writeHead(307, { location: `${elsewhere.url}/stolen` }).end()
        }
        drip(response, path === "/api/v2/csv" ? "text/csv" : "application/json", path === "/api/v2/csv" ? "a,b\n" : "{")
      })
      const slow = yield* serve((_, response) => drip(response, "application/json"))
      const out = join(Cli.folder(), "out.ndjson")
      const short = ["--timeout", "2s"]
      const good = envOf(host.url, host.url)
      const bad = envOf(slow.url, host.url)
      const cases: ReadonlyArray<
        readonly [args: ReadonlyArray<string>, says: RegExp, env: Process.Env, stdin?: string]
      > = [
        [["api", "GET", "csv", "-H", "Accept: text/csv", ...short], /\/api\/v2\/csv was not complete within 2s/, good],
        [["api", "GET", "json", ...short], /\/api\/v2\/json was not complete within 2s/, good],
        [["api", "GET", "json", "--jq", ".", ...short], /was not complete within 2s/, good],
        [["api", "GET", "users", "--paginate", ...short], /was not answered within 2s/, good],
        [["sdk", "call", "getUsers", ...short], /was not answered within 2s/, good],
        [["users", "list", ...short], /was not answered within 2s/, good],
        [["users", "find", "a@example.com", ...short], /was not answered within 2s/, good],
        [["users", "export", "--out", out, ...short], /was not answered within 2s/, good],
        [["api", "GET", "deep"], /nested more than 500 deep/, good],
        [["api", "GET", "deep", "--json"], /nested more than 500 deep/, good],
        [["api", "GET", "deep", "--paginate"], /nested more than 500 deep/, good],
        [["sdk", "call", "getUser", "deep", ...short], /was not answered within 2s/, good],
        [
          ["api", "DELETE", "elsewhere"],
          new RegExp(`\\(status 307\\) to ${elsewhere.url}\\. Redirects are not followed`),
          good
        ],
        [["token", ...short], /2s|issue|token/, bad],
        [["api", "GET", "users", ...short], /was not sent within 2s: there is no token for it yet/, bad],
        [["login", "--client-id", "id", "--secret-stdin", "--profile", "slow", ...short], /token|2s/, bad, "secret\n"]
      ]
      yield* Effect.forEach(
        cases,
        ([args, says, env, stdin]) =>
          Effect.gen(function* () {
            const begun = performance.now()
            const ended = yield* Programs.run("genesys", args, {
              env: { ...env, XDG_CACHE_HOME: Cli.folder(), GENESYS_CONFIG_DIR: Cli.folder() },
              stdin
            })
            const name = args.join(" ")
            assert.strictEqual(ended.code, 7, `${name}: ${ended.stderr}`)
            assert.match(ended.stderr, /^genesys: [^\n]*\n$/, name)
            assert.match(ended.stderr, says, name)
            assert.isBelow(performance.now() - begun, 30_000, name)
            if (args[1] === "GET" && args[2] === "csv") assert.match(ended.stdout, /^a,b\n +$/)
            else assert.strictEqual(ended.stdout, "", name)
          }),
        { concurrency: 4, discard: true }
      )
      assert.deepStrictEqual(elsewhere.paths, [])
    }),
  timeout
)

it.live(
  "an address of a proxy that is none is told by its name, by both programs, and so is a path that is none",
  () =>
    Effect.gen(function* () {
      const HTTPS_PROXY = "http://user:50%canary@127.0.0.1:1"
      const env = { GENESYS_CLOUD_CLIENT_ID: "id", GENESYS_CLOUD_CLIENT_SECRET: "secret" }
      const ended = yield* Effect.all(
        [
          Programs.run("genesys", ["users", "list"], { env: { ...env, HTTPS_PROXY } }),
          Programs.run("genesys-worker", ["run"], { env: { ...env, HTTPS_PROXY } }),
          Programs.run("genesys", ["api", "GET", "users/50%of"], { env })
        ],
        { concurrency: 2 }
      )
      const says = [
        /^genesys: HTTPS_PROXY is not valid/,
        /^genesys-worker: HTTPS_PROXY is not valid/,
        /it would be another call/
      ]
      for (const [index, { code, stderr }] of ended.entries()) {
        assert.strictEqual(code, 2, stderr)
        assert.match(stderr, says[index]!)
        assert.notInclude(stderr, "canary")
      }
    }),
  timeout
)
