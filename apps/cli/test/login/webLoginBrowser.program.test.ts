/** What `genesys login --web` starts the browser with, and what is left when the login has ended. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"
import { get, simulator } from "../support/WebLogin.ts"
import { freePort } from "../../../../scripts/test/FreePort.ts"

const timeout = 120_000

const isLinux = process.platform === "linux"

/** A browser that writes down what it is started with, what of its environment it sees, and what anybody's `ps` shows. */
const fakeBrowser = () => {
  const folder = mkdtempSync(join(tmpdir(), "browser-"))
  const [file, seen] = [join(folder, "browser"), join(folder, "seen")]
  const script = `#!/bin/sh
    printf '%s\\n' "$@" > ${seen}.argv
    env > ${seen}.env
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' > ${seen}.ps
    cp "\${1#file://}" ${seen}.html
    touch ${seen}`
  writeFileSync(file, script, { mode: 0o700 })
  const read = (part: string) => readFileSync(`${seen}.${part}`, "utf8")
  const started = Effect.repeat(
    Effect.delay(
      Effect.sync(() => existsSync(seen)),
      "20 millis"
    ),
    {
      until: (is) => is
    }
  ).pipe(Effect.timeout("30 seconds"))
  return { file, read, started }
}

/** Starts the login with that browser, in a home of its own; in a process of its own, where that is said. */
const beginInHome = Effect.fnUntraced(function* (
  person: Person.Person,
  {
    args = [],
    env = {},
    start = Programs.start
  }: { readonly args?: ReadonlyArray<string>; readonly env?: Process.Env; readonly start?: typeof Programs.start } = {}
) {
  const { url } = yield* Simulator
  const home = mkdtempSync(join(tmpdir(), "home-"))
  const browser = fakeBrowser()
  const program = yield* start("genesys", ["login", "--web", "--client-id", "web-client", ...args], {
    env: {
      ...person.env,
      HOME: home,
      BROWSER: browser.file,
      GENESYS_CLOUD_LOGIN_URL: url,
      GENESYS_CLOUD_API_URL: url,
      ...env
    }
  })
  const { stderr } = yield* program.until(/\/oauth\/authorize\?\S+\n/)
  return { program, browser, home, stderr, address: /http\S+\/oauth\/authorize\?\S+/.exec(stderr)![0] }
})

const left = (...folders: ReadonlyArray<string>) =>
  folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.startsWith("genesys-login"))

describe("genesys login --web", () => {
  it.live.runIf(isLinux)(
    "shows the browser the way in a file that is nobody else's, and neither the way nor a secret to whoever lists processes",
    () =>
      Effect.gen(function* () {
        const port = yield* freePort
        yield* Effect.gen(function* () {
          const { address, browser, home, program, stderr } = yield* beginInHome(Person.make(), {
            args: ["--port", String(port)],
            start: Process.start,
            env: {
              GENESYS_CLOUD_CLIENT_SECRET: "canary",
              DATABASE_URL: "canary",
              LC_TOKEN: "canary",
              HTTPS_PROXY: "http://canary@proxy.invalid",
              NO_PROXY: "127.0.0.1",
              XDG_DATA_DIRS: "/usr/share"
            }
          })
          yield* browser.started
          const file = fileURLToPath(browser.read("argv").trim())
          assert.match(file, /\/home-[^/]+\/genesys-login-[0-9a-f]{32}\/login\.html$/)
          assert.isTrue(file.startsWith(home))
          assert.include(stderr, `The browser opens ${file}`)
          assert.strictEqual(statSync(file).mode & 0o777, 0o600)
          assert.strictEqual(statSync(join(file, "..")).mode & 0o777, 0o700)

          const { searchParams } = new URL(address)
          for (const part of ["argv", "env", "ps"]) {
            for (const secret of ["state", "code_challenge"])
              assert.notInclude(browser.read(part), searchParams.get(secret)!)
          }
          assert.include(browser.read("ps"), browser.file)
          assert.notInclude(browser.read("env"), "canary")
          assert.match(browser.read("env"), /^XDG_DATA_DIRS=\/usr\/share$/m)
          assert.match(browser.read("env"), /^NO_PROXY=/m)

          const html = browser.read("html")
          assert.include(html, `<meta name="referrer" content="no-referrer">`)
          const led = [...html.matchAll(/(?:content="0; url=|href=")([^"]*)"/g)].map(([, to = ""]) => to)
          assert.deepStrictEqual(
            led,
            [address, address].map((to) => to.replaceAll("&", "&amp;"))
          )

          const redirect = yield* get(address)
          yield* get(redirect.headers.get("location")!)
          const { code, stderr: said } = yield* program.ended
          assert.strictEqual(code, 0, said)
          assert.deepStrictEqual(left(home), [])
        }).pipe(Effect.scoped, Effect.provide(simulator(port)))
      }),
    timeout
  )

  it.live.runIf(isLinux && process.env["PROVE"] !== undefined)(
    "leaves no file behind, however it ends, and does without one",
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        const late = yield* beginInHome(person, { args: ["--port", "0", "--wait", "1s"] })
        assert.strictEqual((yield* late.program.ended).code, 2)
        const told = yield* beginInHome(person, { args: ["--port", "0"], start: Process.start })
        assert.lengthOf(left(told.home), 1)
        yield* told.program.signal("SIGTERM")
        assert.strictEqual((yield* told.program.ended).code, 130)
        const refused = yield* beginInHome(person, { args: ["--port", "0"] })
        const { searchParams } = new URL(refused.address)
        yield* get(`${searchParams.get("redirect_uri")}?error=access_denied&state=${searchParams.get("state")}`)
        assert.strictEqual((yield* refused.program.ended).code, 3)
        assert.deepStrictEqual(left(late.home, told.home, refused.home), [])

        // Without a home it is in the folder for such files, and without that there is the address.
        const temporary = mkdtempSync(join(tmpdir(), "temporary-"))
        const homeless = yield* beginInHome(person, {
          args: ["--port", "0"],
          env: { HOME: "/no/such/home", TMPDIR: temporary }
        })
        assert.lengthOf(left(temporary), 1)
        yield* homeless.program.signal("SIGTERM")
        assert.strictEqual((yield* homeless.program.ended).code, 130)
        assert.deepStrictEqual(left(temporary), [])
        const bare = yield* beginInHome(person, {
          args: ["--port", "0", "--wait", "1s"],
          env: { HOME: "/no/such/home", TMPDIR: "/no/such/folder" }
        })
        assert.match(bare.stderr, /^Log in at this address, since no file can be written/)
        assert.strictEqual((yield* bare.program.ended).code, 2)
        assert.isFalse(existsSync("/no/such"))
      }).pipe(Effect.scoped, Effect.provide(simulator(1))),
    timeout
  )
})
