/** `genesys login --web`, driven as a browser would: the address is opened, and its redirect followed. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import * as Attackers from "../../../../packages/simulator/test/support/hostile/Attackers.ts"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"
import { begin, get, simulator } from "../support/WebLogin.ts"
import { freePort } from "../../../../scripts/test/FreePort.ts"

const timeout = 120_000

const requests = Effect.map(
  Simulator.use((one) => one.journal),
  (journal) => journal.tokenRequests
)

describe("genesys login --web", () => {
  it.live(
    "logs a person in, keeps the refresh token, renews with it, and loses it in no cache",
    () =>
      Effect.gen(function* () {
        const port = yield* freePort
        yield* Effect.gen(function* () {
          const person = Person.make()
          const { address, program } = yield* begin(person, port, {}, "--profile", "me", "--log-level", "all")
          assert.deepInclude(Object.fromEntries(address.searchParams), {
            client_id: "web-client",
            response_type: "code",
            redirect_uri: `http://127.0.0.1:${port}/callback`,
            code_challenge_method: "S256"
          })
          assert.match(address.searchParams.get("state") ?? "", /^[\w-]{43}$/)

          const callback = `http://127.0.0.1:${port}/callback`
          // Whatever else comes there does not end the wait.
          assert.strictEqual((yield* get(`${callback}?code=stolen`)).status, 400)
          assert.strictEqual((yield* get(`${callback}?code=stolen&state=${"x".repeat(43)}`)).status, 400)
          // As long as ours, in characters that take two bytes.
          assert.strictEqual((yield* get(`${callback}?code=stolen&state=${"é".repeat(43)}`)).status, 400)
          // An error of somebody else's making, too.
          for (const state of ["", `&state=${"x".repeat(43)}`]) {
            assert.strictEqual((yield* get(`${callback}?error=access_denied${state}`)).status, 400)
          }
          assert.strictEqual((yield* get(`http://127.0.0.1:${port}/other`)).status, 404)
          assert.strictEqual((yield* get(`http://127.0.0.1:${port}//`)).status, 404)
          const localhost = callback.replace("127.0.0.1", "localhost")
          const elsewhere = yield* Effect.result(Effect.tryPromise(() => fetch(localhost)))
          assert.isTrue(elsewhere._tag === "Failure" || elsewhere.success.status === 421)

          // Nor does whoever stays hold up its end.
          yield* Attackers.lingerers({ host: "127.0.0.1", port })

          const redirect = yield* get(address)
          assert.strictEqual(redirect.status, 302)
          const page = yield* get(redirect.headers.get("location")!)
          assert.strictEqual(page.status, 200)
          assert.include(page.text, "You can close this page")
          assert.strictEqual(page.headers.get("cache-control"), "no-store")
          const ended = yield* Effect.timeout(program.ended, "20 seconds")
          assert.deepStrictEqual([ended.code, ended.stdout], [0, ""], ended.stderr)
          assert.match(
            ended.stderr,
            /\nLogged in as Test User \(test\.user@yourcompany\.com\) in Your Company\. The profile me is for web-client /
          )
          assert.strictEqual(yield* requests, 1)
          const code = new URL(redirect.headers.get("location")!).searchParams.get("code")!
          assert.notInclude(ended.stderr, code)
          assert.notInclude(ended.stderr, "refresh_token")

          const first = yield* person.run(["token"])
          assert.deepStrictEqual([first.code, first.stderr], [0, ""])
          assert.strictEqual(yield* requests, 1)
          // Each renewal uses the refresh token up, and brings the next one.
          const renewed = yield* person.run(["token", "--renew"])
          const again = yield* person.run(["token", "--renew"], {
            env: { XDG_CACHE_HOME: `${person.env.XDG_CACHE_HOME}-emptied` }
          })
          assert.deepStrictEqual([renewed.code, again.code], [0, 0], renewed.stderr + again.stderr)
          assert.strictEqual(new Set([first.stdout, renewed.stdout, again.stdout]).size, 3)
          // A worker is in on it: the refresh token that it uses up is not the one that the others show next.
          const worker = yield* Programs.start("genesys-worker", ["run"], {
            env: { ...person.env, GENESYS_WORKER_INTERVAL: "0.2" }
          })
          yield* worker.until(/call done/)
          yield* worker.signal("SIGTERM")
          assert.strictEqual((yield* worker.ended).code, 0)
          const after = yield* person.run(["token", "--renew"])
          assert.strictEqual(after.code, 0, after.stderr)
          const texts = person.files().map(({ text }) => text)
          for (const { stdout } of [first, renewed, again]) assert.notInclude(texts.join(), stdout.trim())
          assert.deepStrictEqual([...new Set(person.files().map(({ mode }) => mode))], [0o600])

          const out = yield* person.run(["logout"])
          assert.match(out.stderr, /^Logged out of me: the token [0-9a-f]{12} is revoked\.\n$/)
          const next = yield* person.run(["token"])
          assert.match(next.stderr, /logged out\. Log in again with genesys login --web --profile me/)
        }).pipe(Effect.scoped, Effect.provide(simulator(port)))
      }),
    timeout
  )

  it.live(
    "ends with 3 when Genesys refuses, with 2 when nobody comes or the port is taken",
    () =>
      Effect.gen(function* () {
        const port = yield* freePort
        yield* Effect.gen(function* () {
          const person = Person.make()
          const refused = yield* begin(person, port, {})
          const state = refused.address.searchParams.get("state")
          yield* get(`http://127.0.0.1:${port}/callback?error=access_denied&error_description=no&state=${state}`)
          const ended = yield* refused.program.ended
          assert.strictEqual(ended.code, 3)
          assert.match(ended.stderr, /genesys: Genesys Cloud refused the login: access_denied, no\.\n$/)

          const late = yield* begin(person, port, {}, "--wait", "1s")
          const silent = yield* late.program.ended
          assert.strictEqual(silent.code, 2)
          assert.match(silent.stderr, /genesys: Nobody logged in within 1s\.[^\n]*redirect URI[^\n]*\n$/)

          const holder = createServer()
          yield* Effect.callback<void>((resume) => void holder.listen(port, "127.0.0.1", () => resume(Effect.void)))
          yield* Effect.addFinalizer(() => Effect.sync(() => holder.close()))
          const args = ["login", "--web", "--client-id", "x", "--port", String(port), "--no-browser"]
          const taken = yield* person.run(args)
          assert.strictEqual(taken.code, 2)
          assert.match(taken.stderr, new RegExp(`^genesys: The port ${port} [^\n]*--port`))
          assert.deepStrictEqual(
            person.files().map(({ path }) => path),
            []
          )
        }).pipe(Effect.scoped, Effect.provide(simulator(port)))
      }),
    timeout
  )

  it.live(
    "says what is known of who has logged in, in one line, and that it is not known is no failure",
    () =>
      Effect.gen(function* () {
        const port = yield* freePort
        const name = "\u001B[31mEve\nLogged in as Alice"
        const hostile = createServer((_request, response) => void response.end(JSON.stringify({ name })))
        yield* Effect.callback<void>((resume) => void hostile.listen(0, "127.0.0.1", () => resume(Effect.void)))
        yield* Effect.addFinalizer(() => Effect.sync(() => hostile.close()))
        const bound = hostile.address()
        const apiUrl = `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`
        yield* Effect.gen(function* () {
          const { addFault, url } = yield* Simulator
          const login = Effect.fnUntraced(function* (GENESYS_CLOUD_API_URL: string) {
            const { address, program } = yield* begin(Person.make(), port, { GENESYS_CLOUD_API_URL })
            yield* get((yield* get(address)).headers.get("location")!)
            const { code, stderr } = yield* program.ended
            assert.strictEqual(code, 0, stderr)
            return stderr.slice(stderr.indexOf("\nLogged in") + 1)
          })
          yield* addFault({ path: "/api/v2/users/me", status: 403 })
          assert.match(yield* login(url), /^Logged in to Your Company\. The profile default is for/)
          yield* addFault({ path: "/api/v2/organizations/me", status: 500 })
          assert.match(yield* login(url), /^Logged in\. The profile default is for/)
          const written = String.raw`\u001b[31mEve\nLogged in as Alice`
          assert.include(yield* login(apiUrl), `Logged in as ${written} in ${written}. The profile default`)
        }).pipe(Effect.provide(simulator(port)))
      }).pipe(Effect.scoped),
    timeout
  )
})
