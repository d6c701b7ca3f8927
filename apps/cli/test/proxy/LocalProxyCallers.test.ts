/** Who calls a local proxy, and how much of it one caller can take: secrets in headers and files, half of a request, connections. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { setInterval } from "node:timers/promises"
import * as Attackers from "../../../../packages/simulator/test/support/hostile/Attackers.ts"
import * as Proxy from "../support/LocalProxy.ts"

const folder = () => mkdtempSync(join(tmpdir(), "genesys-proxy-"))
const parts = (url: string) => ({ base: new URL(url).origin, secret: new URL(url).pathname.slice(1) })

const linger = (url: string, text: string) =>
  Attackers.linger({ host: "127.0.0.1", port: Number(new URL(url).port) }, text)
const until = (condition: () => boolean) =>
  Effect.repeat(Effect.sleep("20 millis"), { until: condition }).pipe(Effect.timeout("8 seconds"))

layer(Simulator.layer(), { excludeTestServices: true })("a local proxy", (it) => {
  it.effect("takes its secret in a header, and from a client that logs in with it", () =>
    Effect.gen(function* () {
      const { base, secret } = parts(yield* Proxy.start())
      const me = (authorization: string) =>
        Effect.map(Proxy.call(`${base}/api/v2/tokens/me`, { headers: { authorization } }), ({ status }) => status)
      assert.strictEqual(yield* me(`Bearer ${secret}`), 200)
      assert.strictEqual(yield* me(`bearer  ${secret}`), 200)
      assert.strictEqual(yield* me(secret), 403)
      const { status, text } = yield* Proxy.call(`${base}/oauth/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`any:${secret}`)}` },
        body: "grant_type=client_credentials"
      })
      assert.strictEqual(status, 200)
      const { access_token: token } = JSON.parse(text)
      assert.strictEqual(yield* me(`Bearer ${token}`), 200)
    })
  )

  it.effect("writes the header to a new file of this user, and takes that away again", () =>
    Effect.gen(function* () {
      const secretFile = join(folder(), "header")
      const scope = yield* Scope.make()
      const { base } = parts(yield* Scope.provide(Proxy.start({ secretFile }), scope))
      assert.strictEqual(statSync(secretFile).mode & 0o777, 0o600)
      const [, name, value] = /^(Authorization): (Bearer [\w-]{32})\n$/.exec(readFileSync(secretFile, "utf8"))!
      const { status } = yield* Proxy.call(`${base}/api/v2/tokens/me`, { headers: { [name!]: value! } })
      assert.strictEqual(status, 200)
      yield* Scope.close(scope, Exit.void)
      assert.isFalse(existsSync(secretFile))
    })
  )

  it.effect(
    "never writes its secret over a file, through a link, or where others may write, and says what mends it",
    () =>
      Effect.gen(function* () {
        const [mine, open] = [folder(), folder()]
        const [precious, link] = [join(mine, "precious"), join(mine, "link")]
        writeFileSync(precious, "precious")
        symlinkSync(join(mine, "elsewhere"), link)
        chmodSync(open, 0o777)
        const message = (secretFile: string) =>
          Effect.map(Effect.flip(Proxy.start({ secretFile })), (failure) => failure.message)
        assert.match(yield* message(precious), /is there already.*--secret-file/)
        assert.strictEqual(readFileSync(precious, "utf8"), "precious")
        assert.match(yield* message(link), /is there already/)
        assert.isFalse(existsSync(join(mine, "elsewhere")))
        assert.include(yield* message(join(open, "header")), `chmod go-w ${open}`)
        assert.match(yield* message(join(mine, "none", "header")), /its folder must exist/)
      })
  )

  it.effect("leaves alone what has taken the place of its file", () =>
    Effect.gen(function* () {
      const secretFile = join(folder(), "header")
      const scope = yield* Scope.make()
      yield* Scope.provide(Proxy.start({ secretFile }), scope)
      writeFileSync(`${secretFile}.other`, "another's")
      yield* Effect.promise(() =>
        import("node:fs/promises").then(({ rename }) => rename(`${secretFile}.other`, secretFile))
      )
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(readFileSync(secretFile, "utf8"), "another's")
    })
  )

  it.effect("makes its file and its socket where it checked, not behind a link and `..`", () =>
    Effect.gen(function* () {
      const [mine, elsewhere] = [folder(), folder()]
      mkdirSync(join(elsewhere, "below"))
      symlinkSync(join(elsewhere, "below"), join(mine, "data"))
      yield* Proxy.start({ secretFile: `${mine}/data/../header` })
      yield* Proxy.start({ place: { socket: `${mine}/data/../s` }, secret: false })
      assert.deepStrictEqual(readdirSync(elsewhere), ["below"])
      assert.deepStrictEqual(readdirSync(mine).toSorted(), ["data", "header", "s"])
    })
  )

  it.effect("makes no socket where another user could put another one", () =>
    Effect.gen(function* () {
      const [open, sticky] = [folder(), folder()]
      const start = (directory: string) => Proxy.start({ place: { socket: join(directory, "s") }, secret: false })
      chmodSync(open, 0o707)
      assert.include((yield* Effect.flip(start(open))).message, `chmod go-w ${open}`)
      chmodSync(open, 0o700)
      yield* start(open)
      chmodSync(sticky, 0o1777)
      yield* start(sticky)
      if (process.getuid?.() !== 0) return
      const foreign = folder()
      chownSync(foreign, 65_534, 65_534)
      assert.match(
        (yield* Effect.flip(start(foreign))).message,
        /would be in the folder .*which belongs to another user.*Use a folder of your own/
      )
    })
  )

  it.effect("makes neither below a folder that others may write to, nor behind a link that another user has made", () =>
    Effect.gen(function* () {
      const open = folder()
      const mine = join(open, "mine")
      mkdirSync(mine, { mode: 0o700 })
      chmodSync(open, 0o777)
      const makes = (directory: string) => [
        Proxy.start({ place: { socket: join(directory, "s") }, secret: false }),
        Proxy.start({ secretFile: join(directory, "header") })
      ]
      for (const start of makes(mine)) {
        assert.include((yield* Effect.flip(start)).message, `chmod go-w ${open}`)
      }
      if (process.getuid?.() === 0) {
        const sticky = folder()
        chmodSync(sticky, 0o1777)
        const link = join(sticky, "theirs")
        symlinkSync(folder(), link)
        lchownSync(link, 65_534, 65_534)
        for (const start of makes(link)) {
          assert.match((yield* Effect.flip(start)).message, /belongs to another user/)
        }
      }
      assert.deepStrictEqual(readdirSync(mine), [])
    })
  )

  const short = { pause: Duration.millis(300), head: Duration.millis(300), held: Duration.seconds(1) }

  it.effect("gives up whoever sends half a request, and answers the others meanwhile", () =>
    Effect.gen(function* () {
      const apiUrl = yield* Proxy.api((request, response) => {
        request.resume().on("end", () => response.end("{}"))
      })
      const url = yield* Proxy.start({ apiUrl, limits: short })
      const { secret } = parts(url)
      const post = (length: number) =>
        `POST /${secret}/api/v2/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\nabc`
      const silent = yield* linger(url, "")
      const head = yield* linger(url, "GET / HTTP/1.1\r\nHost: local")
      const body = yield* linger(url, post(1_000))
      const long = yield* linger(url, post(2_000_000))
      assert.strictEqual((yield* Proxy.call(`${url}/api/v2/tokens/me`)).status, 200)
      yield* until(() => [silent, head, body, long].every(({ told }) => told.hungUp))
      assert.match(head.told.text, /^HTTP\/1\.1 408 /)
      for (const { told } of [body, long]) assert.match(told.text, /^HTTP\/1\.1 408 [^]*"code":"proxy\.body\.stopped"/)
    })
  )

  it.effect("gives up a short body that comes too slowly, and takes a long one that takes its time", () =>
    Effect.gen(function* () {
      const apiUrl = yield* Proxy.api((request, response) => {
        let length = 0
        request.on("data", (part: Buffer) => (length += part.length))
        request.on("end", () => response.end(String(length)))
      })
      const url = yield* Proxy.start({ apiUrl, limits: short })
      /** So many parts of so many bytes, one each 100 ms. */
      const slow = (count: number, size: number) =>
        Readable.from(
          (async function* () {
            let left = count
            for await (const _ of setInterval(100)) {
              yield Buffer.alloc(size)
              if (--left === 0) return
            }
          })(),
          { objectMode: false }
        )
      const post = (body: Readable, headers: Record<string, string>) =>
        Effect.orDie(Proxy.call(`${url}/api/v2/uploads`, { method: "POST", body, headers }))
      const [held, upload] = yield* Effect.all(
        [
          Effect.exit(post(slow(30, 10), { "content-length": "300" })),
          post(slow(20, 100_000), { "content-length": "2000000" })
        ],
        { concurrency: 2 }
      )
      assert.deepStrictEqual([upload.status, upload.text], [200, "2000000"])
      // Whoever goes on sending may find the connection closed before it reads the answer.
      if (Exit.isSuccess(held)) assert.strictEqual(held.value.status, 408)
    })
  )

  it.effect("closes connections beyond its number, and takes new ones when others end", () =>
    Effect.gen(function* () {
      const url = yield* Proxy.start({ limits: { connections: 4 } })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const first = yield* Effect.forEach([1, 2, 3, 4], () => linger(url, ""))
          const more = yield* linger(url, "")
          yield* until(() => more.told.hungUp)
          assert.isFalse(first.some(({ told }) => told.hungUp))
        })
      )
      yield* Effect.sleep("100 millis")
      assert.strictEqual((yield* Proxy.call(`${url}/api/v2/tokens/me`)).status, 200)
      // Nor does it forget those that it has answered, and that stay.
      for (const line of ["GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x", "CONNECT a:1 HTTP/1.1"]) {
        for (let i = 0; i < 4; i++) yield* linger(url, `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
        yield* Effect.sleep("2500 millis")
        assert.strictEqual((yield* Proxy.call(`${url}/api/v2/tokens/me`)).status, 200)
      }
    })
  )

  it.effect("finishes the calls that run when it ends, also one that first asked whether to send its body", () =>
    Effect.gen(function* () {
      const apiUrl = yield* Proxy.api((request, response) => {
        request.resume().on("end", () => void setTimeout(() => response.end("done"), 700))
      })
      const scope = yield* Scope.make()
      const url = yield* Scope.provide(Proxy.start({ apiUrl }), scope)
      const post = { method: "POST", body: "abc" }
      const calls = yield* Effect.forEach([{}, { expect: "100-continue" }], (headers) =>
        Effect.forkChild(
          Proxy.call(`${url}/api/v2/uploads`, { ...post, headers: { ...headers, "content-length": "3" } }),
          {
            startImmediately: true
          }
        )
      )
      yield* Effect.sleep("400 millis")
      yield* Scope.close(scope, Exit.void)
      for (const call of calls) assert.strictEqual((yield* Fiber.join(call)).text, "done")
    })
  )

  it.effect("ends at once, whatever is half sent", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const url = yield* Scope.provide(Proxy.start(), scope)
      yield* Attackers.lingerers({ host: "127.0.0.1", port: Number(new URL(url).port) })
      yield* Effect.sleep("100 millis")
      const [took] = yield* Effect.timed(Scope.close(scope, Exit.void))
      assert.isBelow(Duration.toMillis(took), 4_000)
    })
  )
})
