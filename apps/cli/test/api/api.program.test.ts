import { assert, describe, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Cli from "../support/Cli.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000
const api = (...args: ReadonlyArray<string>) => Cli.genesys(["api", ...args])
const entries = Effect.map(
  Simulator.use((simulator) => simulator.journal),
  ({ requests }) => requests
)

describe("genesys api", () => {
  const conversationsPerHour = Programs.isProof ? 60 : 10
  layer(Simulator.layer({ rateLimit: "off", conversationsPerHour }), { excludeTestServices: true })((it) => {
    it.effect(
      "prints the answer as it came, whatever form the path has",
      () =>
        Effect.gen(function* () {
          const all = yield* Effect.forEach(
            ["/api/v2/organizations/me", "api/v2/organizations/me", "organizations/me", "/v2/organizations/me"],
            (path) => api("GET", path),
            { concurrency: 2 }
          )
          for (const { code, stderr, stdout } of all) {
            assert.deepStrictEqual([code, stderr], [0, ""])
            assert.strictEqual(JSON.parse(stdout).name, "Your Company")
          }
        }),
      timeout
    )

    it.effect(
      "sends fields as a query or as a nested body",
      () =>
        Effect.gen(function* () {
          const page = yield* api("get", "users", "-F", "pageSize=2", "-f", "state=any", "--jq", ".entities | length")
          assert.deepStrictEqual([page.code, page.stdout], [0, "2\n"])
          const search = ["-f", "query[][type]=EXACT", "-f", "query[][fields][]=email", "-F", "pageSize=1"]
          const found = yield* api(
            "POST",
            "users/search",
            ...search,
            "-f",
            "query[][value]=test.user@yourcompany.com",
            "--jq",
            ".results[].name"
          )
          assert.deepStrictEqual([found.code, found.stdout, found.stderr], [0, "Test User\n", ""])
        }),
      timeout
    )

    it.effect(
      "--include prints status and headers first",
      () =>
        Effect.gen(function* () {
          const { stdout } = yield* api("GET", "organizations/me", "--include", "--jq", ".id")
          assert.match(
            stdout,
            /^HTTP\/1\.1 200 OK\n(?:[\w-]+: .*\n)*inin-correlation-id: .+\n(?:[\w-]+: .*\n)*\n[\w-]{36}\n$/
          )
        }),
      timeout
    )

    it.effect(
      "--paginate prints every row of a GET and of a query, and `| head -1` ends it quietly",
      () =>
        Effect.gen(function* () {
          const users = yield* api("GET", "users", "--paginate", "--jq", ".id")
          const ids = users.stdout.trim().split("\n")
          assert.isAbove(ids.length, 150)
          assert.strictEqual(new Set(ids).size, ids.length)
          const interval = "2025-11-03T00:00:00Z/2025-11-04T00:00:00Z"
          const query = yield* api(
            "POST",
            "analytics/conversations/details/query",
            "-f",
            `interval=${interval}`,
            "-F",
            "paging[pageSize]=100",
            "-F",
            "paging[pageNumber]=1",
            "--paginate"
          )
          assert.strictEqual(query.stdout.trim().split("\n").length, 24 * conversationsPerHour, query.stderr)
          const piped = yield* Cli.sh("genesys api GET users --paginate | head -1; echo ${PIPESTATUS[0]}")
          const [row, code] = piped.stdout.trim().split("\n")
          assert.include(JSON.parse(row!), { name: "Test User" })
          assert.deepStrictEqual([code, piped.stderr], ["141", ""])
        }),
      timeout
    )

    it.effect(
      "what is not JSON is printed byte by byte where it was asked for",
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator
          yield* simulator.addFault({
            path: "/api/v2/recordings",
            status: 200,
            body: "a,b\r\n1,é",
            headers: { "content-type": "text/csv" }
          })
          const { code, stdout } = yield* api("GET", "recordings/1", "--json", "-H", "Accept: text/csv")
          yield* simulator.clearFaults
          assert.deepStrictEqual([code, stdout], [0, "a,b\r\n1,é"])
        }),
      timeout
    )

    it.effect(
      "wrong usage exits with 2 and one line, before anything is sent",
      () =>
        Effect.gen(function* () {
          const folder = Cli.folder()
          writeFileSync(join(folder, "bad.json"), '{\n  "a": 1,\n  "b": x\n}')
          const before = (yield* entries).length
          const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
            [["GET", "users", "-H", "Authorization: Bearer canary"], /-H cannot set Authorization/],
            [["GET", "users", "-H", "cookie: canary"], /-H cannot set cookie/],
            [["GET", "users", "-H", "canary"], /write "Name: value"/],
            [["GET", "https://example.org/api/v2/users"], /is no path of the API/],
            [["GET", "users/../tokens/me"], /made of dots/],
            [["GET", "users", "-f", "pageSize"], /write name=value/],
            [["POST", "users/search", "-f", "a=1", "-f", "a[b]=2"], /contradicts/],
            [["POST", "users/search", "--input", join(folder, "bad.json")], /line 3, column 8: .*Nothing was sent/],
            [["POST", "users/search", "--input", join(folder, "none.json")], /does not exist/],
            [["GET", "users", "--jq", ".a |"], /--jq "\.a \|" is not a jq expression/],
            [["GET", "users", "--output", "csv", "--json"], /one form, not as csv and json/]
          ]
          for (const [args, message] of wrong) {
            const { code, stderr, stdout } = yield* api(...args)
            assert.deepStrictEqual([code, stdout], [2, ""], stderr)
            assert.match(stderr, /^genesys: [^\n]*\n$/)
            assert.match(stderr, message)
            assert.notInclude(stderr, "canary")
          }
          const flag = yield* api("GET", "users", "--bogus")
          assert.strictEqual(flag.code, 2)
          assert.match(flag.stderr, /--bogus[^]*genesys api --help/)
          assert.strictEqual(flag.stdout, "")
          assert.strictEqual((yield* entries).length, before)
        }),
      timeout
    )

    it.effect(
      "each kind of failure has its exit code and one line",
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator
          const path = "/api/v2/organizations/me"
          const call = (...args: ReadonlyArray<string>) => Cli.genesys(["api", "GET", path, ...args])
          const failed = (ended: Cli.Ended, code: number, message: RegExp) => {
            assert.deepStrictEqual([ended.code, ended.stdout], [code, ""], ended.stderr)
            assert.match(ended.stderr, /^genesys: [^\n]*\n$/)
            assert.match(ended.stderr, message)
          }
          failed(
            yield* Cli.genesys(["api", "GET", path], { env: { GENESYS_CLOUD_CLIENT_SECRET: "wrong" } }),
            3,
            /OAuth client/
          )
          yield* simulator.addFault({ path, status: 403 })
          failed(yield* call(), 4, /is not permitted/)
          yield* simulator.clearFaults
          failed(yield* Cli.genesys(["users", "get", "nobody"]), 5, /found nothing.*Correlation id/)
          yield* simulator.addFault({ path, status: 429, headers: { "retry-after": "7200" } })
          failed(yield* call(), 6, /Try again in 2h/)
          yield* simulator.clearFaults
          yield* simulator.addFault({ path, status: 503 })
          failed(yield* call("--max-retries", "0"), 7, /status 503/)
          failed(yield* call("--timeout", "1s"), 7, /\/api\/v2\/organizations\/me/)
          yield* simulator.clearFaults
          const debug = yield* Cli.genesys(["api", "GET", "users/nobody", "--log-level", "debug"])
          assert.match(debug.stderr, /body=.*not\.found/)
        }),
      timeout
    )
  })
})
