import { assert, describe, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Cli from "../support/Cli.ts"

const timeout = 240_000
const sdk = (args: ReadonlyArray<string>, options?: Cli.Options) => Cli.genesys(["sdk", ...args], options)
const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
const requests = Effect.map(
  Simulator.use((simulator) => simulator.journal),
  ({ apiRequests }) => apiRequests
)
const search = (email: string) =>
  JSON.stringify({ query: [{ type: "EXACT", fields: ["email"], value: email }], pageSize: 1 })

describe("genesys sdk", () => {
  layer(Simulator.layer({ rateLimit: "off" }), { excludeTestServices: true })((it) => {
    it.effect(
      "lists and describes operations without a call",
      () =>
        Effect.gen(function* () {
          const before = yield* requests
          const env = { GENESYS_CLOUD_CLIENT_ID: "", GENESYS_CLOUD_CLIENT_SECRET: "" }
          assert.strictEqual((yield* sdk(["list", "--json", "--jq", "length"], { env })).stdout, "3468\n")
          const found = lines((yield* sdk(["list", "users", "search"])).stdout)
          assert.include(
            found.map(({ operation }) => operation),
            "UsersApi.postUsersSearch"
          )
          const described = JSON.parse((yield* sdk(["describe", "patchUser"])).stdout)
          assert.deepInclude(described, { method: "PATCH", path: "/api/v2/users/{userId}", body: "Models.UpdateUser" })
          assert.property(described.example, "department")
          assert.strictEqual(yield* requests, before)
        }),
      timeout
    )

    it.effect(
      "calls with parameters by position and name, and a body from a file and standard input",
      () =>
        Effect.gen(function* () {
          const cwd = Cli.folder()
          writeFileSync(join(cwd, "search.json"), search("test.user@yourcompany.com"))
          const file = yield* sdk(["call", "postUsersSearch", "--input", "search.json", "--jq", ".results[0].id"], {
            cwd
          })
          assert.match(file.stdout, /^[\w-]{36}\n$/, file.stderr)
          const id = file.stdout.trim()
          const input = yield* sdk(["call", "UsersApi.postUsersSearch", "--input", "-", "--jq", ".results[0].id"], {
            stdin: search("test.user@yourcompany.com")
          })
          assert.strictEqual(input.stdout, file.stdout)
          const user = yield* sdk(["call", "getUser", id, "--param", "expand=presence", "--jq", ".name"])
          assert.deepStrictEqual([user.code, user.stdout], [0, "Test User\n"])
          const missing = yield* sdk(["call", "getUser", "nobody"])
          assert.deepStrictEqual([missing.code, missing.stdout], [5, ""])
        }),
      timeout
    )

    it.effect(
      "wrong usage exits with 2 and says what was meant, before anything is sent",
      () =>
        Effect.gen(function* () {
          const before = yield* requests
          const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
            [["describe", "postUserSearch"], /Did you mean .*postUsersSearch/],
            [["call", "UsersApi.getUsr"], /Did you mean UsersApi\.getUser/],
            [["call", "getUser"], /needs userId \(an argument\)/],
            [["call", "getUser", "a", "b"], /takes userId by position/],
            [["call", "getUser", "a", "--param", "stat=active"], /Did you mean state/],
            [["call", "getUsers", "--param", "pageSize=many"], /pageSize must be a number/],
            [["call", "postUsersSearch"], /needs the body \(--input FILE\)/]
          ]
          for (const [args, message] of wrong) {
            const { code, stderr, stdout } = yield* sdk(args)
            assert.deepStrictEqual([code, stdout], [2, ""], stderr)
            assert.match(stderr, message)
          }
          const line = yield* sdk(["call", "postUsersSearch", "--input", "-", "--lines"], { stdin: '{}\n{"a" 1}\n' })
          assert.deepStrictEqual([line.code, line.stdout], [2, ""])
          assert.match(line.stderr, /standard input is not JSON at line 2, column 6/)
          assert.strictEqual(yield* requests, before)
        }),
      timeout
    )

    it.effect(
      "calls for each file of a folder, reports what failed, and repeats just that",
      () =>
        Effect.gen(function* () {
          const cwd = Cli.folder()
          const folder = join(cwd, "searches")
          mkdirSync(folder)
          for (const name of ["a", "b", "c", "d"]) {
            writeFileSync(join(folder, `${name}.json`), search(`${name}@yourcompany.com`))
          }
          writeFileSync(join(folder, "b.json"), '{"query":"wrong"}')
          const bulk = sdk(["call", "postUsersSearch", "--input", "searches/", "--parallel", "2"], { cwd })
          const first = yield* bulk
          assert.strictEqual(first.code, 1)
          assert.strictEqual(
            first.stderr,
            "genesys: 1 of 4 calls failed. Their lines say why; run the same command again to repeat these.\n"
          )
          const rows = lines(first.stdout).toSorted((one, other) => one.item.localeCompare(other.item))
          assert.deepStrictEqual(
            rows.map(({ item, ok }) => [item, ok]),
            [
              ["a.json", true],
              ["b.json", false],
              ["c.json", true],
              ["d.json", true]
            ]
          )
          assert.strictEqual(rows[1].error.type, "InvalidRequestError")
          assert.strictEqual(readFileSync(join(cwd, "searches.done"), "utf8").trim().split("\n").length, 3)

          const before = yield* requests
          writeFileSync(join(folder, "b.json"), search("b@yourcompany.com"))
          const second = yield* bulk
          assert.strictEqual(second.code, 0, second.stderr)
          assert.deepStrictEqual(
            lines(second.stdout).map(({ item }) => item),
            ["b.json"]
          )
          assert.strictEqual(yield* requests, before + 1)
          const third = yield* bulk
          assert.deepStrictEqual([third.code, third.stdout], [0, ""])
        }),
      timeout
    )

    it.effect(
      "a refused secret ends a bulk at once, with its own exit code",
      () =>
        Effect.gen(function* () {
          const options = {
            stdin: '{"userId":"a"}\n'.repeat(50),
            env: { GENESYS_CLOUD_CLIENT_SECRET: "wrong" }
          }
          const { code, stderr, stdout } = yield* sdk(["call", "getUser", "--input", "-", "--lines"], options)
          assert.deepStrictEqual([code, stdout], [3, ""])
          assert.match(stderr, /^genesys: [^\n]*\n$/)
        }),
      timeout
    )
  })
})
