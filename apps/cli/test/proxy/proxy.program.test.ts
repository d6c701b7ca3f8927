/** `genesys proxy` as its users have it: a process, curl, and the official SDK that knows nothing of it. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { execFile, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Sdk from "../../../../packages/simulator/test/support/Sdk.ts"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000
const hasCurl = spawnSync("curl", ["--version"]).status === 0
const withCurl = hasCurl ? it.live : it.live.skip

const curl = (...args: ReadonlyArray<string>) =>
  Effect.callback<string, Error>((resume) => {
    const child = execFile("curl", ["--silent", "--show-error", ...args], (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail(new Error(stderr)))
    )
    return Effect.sync(() => child.kill())
  })

const folder = () => mkdtempSync(join(tmpdir(), "genesys-proxy-"))

const begun = Effect.fnUntraced(function* <A extends Programs.Running>(
  begin: Effect.Effect<A, PlatformError, Scope.Scope>
) {
  const running = yield* begin
  const { stdout } = yield* running.until(/the proxy runs/)
  return { ...running, place: stdout.trim() }
})

const settled = Effect.fnUntraced(function* (options: Process.Options) {
  return { ...options, env: { ...(yield* Settings.env), ...options.env } }
})

/** A running proxy; what it prints first is where it can be called. */
const start = Effect.fnUntraced(function* (args: ReadonlyArray<string> = [], options: Process.Options = {}) {
  return yield* begun(Programs.start("genesys", ["proxy", ...args], yield* settled(options)))
})

/** The same in a process of its own. */
const startApart = Effect.fnUntraced(function* (args: ReadonlyArray<string> = [], options: Process.Options = {}) {
  return yield* begun(Process.start("genesys", ["proxy", ...args], yield* settled(options)))
})

describe("genesys proxy", () => {
  withCurl(
    "prints one URL with a secret path, and nothing else that is secret",
    () =>
      Effect.gen(function* () {
        const { GENESYS_CLOUD_CLIENT_SECRET: clientSecret = "" }: Process.Env = yield* Settings.env
        const proxy = yield* start(["--log-level", "all"])
        assert.match(proxy.place, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/)
        const answer = yield* curl(`${proxy.place}/api/v2/users?pageSize=1`)
        assert.strictEqual(JSON.parse(answer).entities.length, 1)
        assert.include(yield* curl(`${new URL(proxy.place).origin}/api/v2/users`), "proxy.refused.secret")
        const quick = yield* curl("-I", `${proxy.place}/api/v2/tokens/me`)
        assert.match(quick, /^HTTP\/1\.1 200 OK/)
        yield* proxy.signal("SIGINT")
        const { code, stderr, stdout } = yield* proxy.ended
        assert.strictEqual(code, 130)
        assert.strictEqual(stdout, `${proxy.place}\n`)
        assert.notInclude(stderr, new URL(proxy.place).pathname)
        assert.notInclude(stderr, clientSecret)
        assert.notMatch(stderr, /Bearer [\w-]{20}/)
        const status = yield* Programs.run("genesys", ["status", "--json"], { env: yield* Settings.env })
        assert.deepInclude(JSON.parse(status.stdout).rateLimit, { used: 2, allowed: 300 })
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  withCurl(
    "keeps its secret out of URLs and argument lists, in a file that curl and the unmodified SDK can do with",
    () =>
      Effect.gen(function* () {
        const cwd = folder()
        const args = ["--secret-file", "header", "--allow", "GET users", "--log-level", "all"]
        const proxy = yield* start(args, { cwd })
        assert.match(proxy.place, /^http:\/\/127\.0\.0\.1:\d+$/)
        const header = join(cwd, "header")
        const secret = /^Authorization: Bearer (\S{32})\n$/.exec(readFileSync(header, "utf8"))![1]!
        const users = `${proxy.place}/api/v2/users?pageSize=1`
        assert.include(yield* curl("-H", `@${header}`, users), '"entities"')
        assert.include(yield* curl(users), "proxy.refused.secret")
        const refused = yield* curl("-H", `@${header}`, "-X", "DELETE", `${proxy.place}/api/v2/tokens/me`)
        assert.include(refused, "proxy.refused.not.allowed")
        const client = Sdk.makeClientAt(proxy.place)
        const login = yield* Sdk.ask(() => client.loginClientCredentialsGrant("any", secret))
        assert.strictEqual(login.accessToken, secret)
        assert.strictEqual(yield* Sdk.countUsers(client), 186)
        yield* proxy.signal("SIGTERM")
        const { code, stderr } = yield* proxy.ended
        assert.strictEqual(code, 130)
        assert.notInclude(stderr, secret)
        assert.isFalse(existsSync(header))
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "keeps the unmodified SDK going through expiry, revocation and an outage",
    () =>
      Effect.gen(function* () {
        const { addFault, journal, revokeTokens } = yield* Simulator
        const { place } = yield* start()
        const client = Sdk.makeClientAt(place)
        const login = yield* Sdk.ask(() => client.loginClientCredentialsGrant("anybody", "anything"))
        assert.strictEqual(login.accessToken, "the-local-proxy-adds-the-token")
        // Those that are active.
        const count = Sdk.countUsers(client)
        assert.strictEqual(yield* count, 186)
        yield* Effect.sleep("4 seconds")
        assert.strictEqual(yield* count, 186)
        yield* revokeTokens
        assert.strictEqual(yield* count, 186)
        yield* addFault({ path: "/api/", status: 503, times: 1 })
        assert.strictEqual(yield* count, 186)
        const { answers, tokensIssued } = yield* journal
        assert.isAtLeast(tokensIssued, 3)
        assert.strictEqual(answers["503"], 1)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 3 }))),
    timeout
  )

  withCurl(
    "keeps 80 calls at once within the rate limit, and drains on SIGTERM",
    () =>
      Effect.gen(function* () {
        const { addFault, journal } = yield* Simulator
        const proxy = yield* startApart(["--no-auth"])
        assert.match(proxy.place, /^http:\/\/127\.0\.0\.1:\d+$/)
        const url = `${proxy.place}/api/v2/tokens/me?n=[1-80]`
        const codes = yield* curl("-Z", "--parallel-max", "80", "-o", "/dev/null", "-w", "%{http_code}\n", url)
        assert.deepStrictEqual(
          codes.trim().split("\n"),
          Array.from({ length: 80 }, () => "200")
        )
        const { answers } = yield* journal
        assert.isUndefined(answers["429"])
        // More than the burst that the limit leaves room for.
        assert.isAtLeast(answers["200"] ?? 0, 81)

        yield* addFault({ path: "/api/v2/users", delayMs: 1_500 })
        // Node's fetch keeps its connection open, which must not keep the proxy from ending.
        const late = yield* Effect.forkChild(
          Effect.promise(() => fetch(`${proxy.place}/api/v2/users?pageSize=1`).then(({ status }) => status))
        )
        yield* Effect.sleep("700 millis")
        yield* proxy.signal("SIGTERM")
        const { code, stderr } = yield* Effect.timeout(proxy.ended, "5 seconds")
        assert.strictEqual(yield* Fiber.join(late), 200)
        assert.strictEqual(code, 130)
        assert.match(stderr, /WARN .*--no-auth/)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  withCurl(
    "listens on a socket that only this user can open, replaces a dead one, and no live one and no file",
    () =>
      Effect.gen(function* () {
        const cwd = folder()
        const path = join(cwd, "genesys.sock")
        const first = yield* startApart(["--socket", "genesys.sock"], { cwd })
        assert.strictEqual(first.place, path)
        assert.strictEqual(statSync(path).mode & 0o777, 0o600)
        const call = curl("--unix-socket", path, "http://localhost/api/v2/users?pageSize=1")
        assert.include(yield* call, '"entities"')
        assert.include(
          yield* curl("--unix-socket", path, "-H", "Host: attacker.example", "http://localhost/api/v2/users"),
          "proxy.refused.host"
        )
        const env = yield* Settings.env
        const second = yield* Programs.run("genesys", ["proxy", "--socket", path], { env })
        assert.strictEqual(second.code, 2)
        assert.match(second.stderr, /^genesys: The socket \S+ is in use by another program\.[^\n]*\n$/)
        assert.include(yield* call, '"entities"')

        yield* Effect.sync(() => process.kill(first.pid, "SIGKILL"))
        yield* Effect.ignore(first.ended)
        assert.isTrue(statSync(path).isSocket())
        const third = yield* startApart(["--socket", path])
        assert.include(yield* call, '"entities"')
        yield* third.signal("SIGINT")
        yield* third.ended
        assert.isUndefined(statSync(path, { throwIfNoEntry: false }))

        writeFileSync(path, "precious")
        const fourth = yield* Programs.run("genesys", ["proxy", "--socket", path], { env })
        assert.strictEqual(fourth.code, 2)
        assert.match(fourth.stderr, /^genesys: The socket \S+ is a file of another kind\.[^\n]*\n$/)
        assert.isTrue(statSync(path).isFile())
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 2 when it cannot listen, or is told to do so twice",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const { port } = new URL((yield* Simulator).url)
        const rows: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
          [["--port", port], /^genesys: The port \d+ cannot be used[^\n]*--port[^\n]*\n$/],
          [["--socket", "/no/such/folder/s"], /^genesys: The socket [^\n]* cannot be made[^\n]*\n$/],
          [
            ["--secret-file", "/dev/null"],
            /^genesys: The file \/dev\/null is there already[^\n]*--secret-file[^\n]*\n$/
          ],
          [["--secret-file", "x", "--no-auth"], /^genesys: --secret-file is of no use with [^\n]*\n$/],
          [["--secret-file", "x", "--socket", "s"], /^genesys: --secret-file is of no use with [^\n]*\n$/],
          [["--allow", "users/*"], /^genesys: "users\/\*" is no rule for --allow\. It is a method[^\n]*\n$/],
          [["--port", "1", "--socket", "s"], /^genesys: --port and --socket exclude each other[^\n]*\n$/]
        ]
        for (const [args, message] of rows) {
          const { code, stderr, stdout } = yield* Programs.run("genesys", ["proxy", ...args], { env })
          assert.deepStrictEqual([code, stdout], [2, ""], args.join(" "))
          assert.match(stderr, message)
        }
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
