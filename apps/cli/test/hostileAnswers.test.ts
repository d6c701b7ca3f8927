/**
 * Programs against a host that never comes to an end, sends them elsewhere, or answers what is built to break them. `PROVE=1`: each command;
 * else one of each kind.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer, type ServerResponse } from "node:http"
import { join } from "node:path"
import * as Server from "../../../packages/client/test/network/Server.ts"
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

const hosts = Effect.gen(function* () {
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
  return { elsewhere, good: envOf(host.url, host.url), bad: envOf(slow.url, host.url) }
})

describe("whatever the host does, a command ends with exit code 7 and one line:", () => {
  const short = ["--timeout", "2s"]
  interface Case {
    readonly args: ReadonlyArray<string>
    readonly says: RegExp
    readonly isShort?: boolean
    readonly env?: "bad"
    readonly stdin?: string
  }
  const cases: ReadonlyArray<Case> = [
    {
      args: ["api", "GET", "csv", "-H", "Accept: text/csv", ...short],
      says: /\/api\/v2\/csv was not complete within 2s/,
      isShort: true
    },
    { args: ["api", "GET", "json", ...short], says: /\/api\/v2\/json was not complete within 2s/ },
    { args: ["api", "GET", "json", "--jq", ".", ...short], says: /was not complete within 2s/ },
    { args: ["api", "GET", "users", "--paginate", ...short], says: /was not answered within 2s/ },
    { args: ["sdk", "call", "getUsers", ...short], says: /was not answered within 2s/, isShort: true },
    { args: ["users", "list", ...short], says: /was not answered within 2s/, isShort: true },
    { args: ["users", "find", "a@example.com", ...short], says: /was not answered within 2s/ },
    {
      args: ["users", "export", "--out", join(Cli.folder(), "out.ndjson"), ...short],
      says: /was not answered within 2s/,
      isShort: true
    },
    { args: ["api", "GET", "deep"], says: /nested more than 500 deep/, isShort: true },
    { args: ["api", "GET", "deep", "--json"], says: /nested more than 500 deep/, isShort: true },
    { args: ["api", "GET", "deep", "--paginate"], says: /nested more than 500 deep/, isShort: true },
    { args: ["sdk", "call", "getUser", "deep", ...short], says: /was not answered within 2s/ },
    {
      args: ["api", "DELETE", "elsewhere"],
      says: /\(status 307\) to http:\/\/127\.0\.0\.1:\d+\. Redirects are not followed/,
      isShort: true
    },
    { args: ["token", ...short], says: /2s|issue|token/, env: "bad" },
    {
      args: ["api", "GET", "users", ...short],
      says: /was not sent within 2s: there is no token for it yet/,
      env: "bad",
      isShort: true
    },
    {
      args: ["login", "--client-id", "id", "--secret-stdin", "--profile", "slow", ...short],
      says: /token|2s/,
      env: "bad",
      stdin: "secret\n",
      isShort: true
    }
  ]
  for (const { args, env = "good", isShort = false, says, stdin } of cases) {
    it.live.skipIf(!isShort && !Programs.isProof)(
      `${args.filter((arg) => !arg.startsWith("/")).join(" ")}${env === "bad" ? ", without a token" : ""}`,
      () =>
        Effect.gen(function* () {
          const { elsewhere, ...envs } = yield* hosts
          const begun = performance.now()
          const ended = yield* Programs.run("genesys", args, {
            env: { ...envs[env], XDG_CACHE_HOME: Cli.folder(), GENESYS_CONFIG_DIR: Cli.folder() },
            stdin
          })
          assert.strictEqual(ended.code, 7, ended.stderr)
          assert.match(ended.stderr, /^genesys: [^\n]*\n$/)
          assert.match(ended.stderr, says)
          if (args[2] === "elsewhere") assert.include(ended.stderr, ` to ${elsewhere.url}. `)
          assert.isBelow(performance.now() - begun, 30_000)
          if (args[2] === "csv") assert.match(ended.stdout, /^a,b\n +$/)
          else assert.strictEqual(ended.stdout, "")
          assert.deepStrictEqual(elsewhere.paths, [])
        }),
      timeout
    )
  }
})

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
