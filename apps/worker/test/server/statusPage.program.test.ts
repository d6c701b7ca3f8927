/** The page of a worker in a browser: a worker that runs, with a job that fails and one that does not. `PROVE=1`, for it needs a browser. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { hasBrowser } from "../../../../scripts/test/Browser.ts"
import * as Browser from "../support/Browser.ts"
import * as Process from "../support/Process.ts"

const settings = (folder: string) => ({
  http: { port: 0 },
  jobs: [
    { name: "calls", kind: "conversations", every: "1h", since: "2026-11-01", sink: { ndjson: join(folder, "calls") } },
    { name: "people", kind: "users", every: "5s", sink: { ndjson: join(folder, "people") } },
    { name: "report", kind: "command", every: "1h", command: ["false"] },
    { name: "presence", kind: "events", topics: ["v2.users.{id}.presence"], sink: { ndjson: join(folder, "presence") } }
  ]
})

/** A worker of these settings, and where its page is. */
const running = Effect.gen(function* () {
  const { clientId, clientSecret, url } = yield* Simulator
  const folder = mkdtempSync(join(tmpdir(), "page-"))
  const file = join(folder, "worker.json")
  writeFileSync(file, JSON.stringify(settings(folder)))
  const secret = Redacted.value(clientSecret)
  const worker = yield* Process.start("genesys-worker", ["run", "--file", file], {
    env: {
      GENESYS_CLOUD_LOGIN_URL: url,
      GENESYS_CLOUD_API_URL: url,
      GENESYS_CLOUD_CLIENT_ID: clientId,
      GENESYS_CLOUD_CLIENT_SECRET: secret
    }
  })
  const { stderr, stdout } = yield* worker.until(/url="?http:\/\/127\.0\.0\.1:\d+/)
  yield* worker.until(/job failed/)
  const place = /http:\/\/127\.0\.0\.1:\d+(?=[^\n]*\n)/.exec((stdout + stderr).split("listening")[1] ?? "")?.[0]
  return { worker, secret, place: place ?? assert.fail("it does not listen") }
})

/** Where the pictures of the docs are, if they are to be made. */
const pictures =
  process.env["PICTURES"] === undefined
    ? undefined
    : fileURLToPath(new URL("../../../../docs/public/", import.meta.url))

describe.skipIf(process.env["PROVE"] === undefined || !hasBrowser)("the page of a worker", () => {
  it.live(
    "shows how it is and follows it, to people with a mouse, a keyboard or a screen reader, and asks nobody else",
    () =>
      Effect.gen(function* () {
        const { place, secret, worker } = yield* running
        const page = yield* Browser.page
        const asked: Array<string> = []
        const wrong: Array<string> = []
        page.on("request", (request) => asked.push(request.url()))
        page.on("console", (message) => wrong.push(message.text()))
        page.on("pageerror", ({ message }) => wrong.push(message))
        const picture = (name: string) =>
          Effect.promise(async () => {
            if (pictures !== undefined) await page.screenshot({ path: join(pictures, name), fullPage: true })
          })
        yield* Effect.promise(async () => {
          await page.setViewportSize({ width: 1_200, height: 800 })
          await page.emulateMedia({ colorScheme: "light" })
          await page.goto(place)
          await page.getByText("Live", { exact: true }).waitFor()
          await page.getByText("not ready", { exact: true }).waitFor()
        })
        const job = (name: string) => page.locator(".job").filter({ has: page.locator(".name", { hasText: name }) })
        const summary = (name: string) => job(name).locator("summary").innerText()
        assert.match(yield* Effect.promise(() => summary("report")), /CommandError/)

        // A token's life, as a screen reader says it.
        const meter = page.getByRole("meter", { name: "Life of the token" })
        const said = yield* Effect.promise(() => meter.getAttribute("aria-valuetext"))
        assert.match(said ?? "", /^\d+ .* left of 10 min, renewed in /)
        const history = yield* Effect.promise(() => job("report").getByRole("img").getAttribute("aria-label"))
        assert.strictEqual(history, "1 of the last 1 run failed")

        // By keyboard: what a job says more is opened, and stays open while the page goes on.
        yield* Effect.promise(async () => {
          await page.getByRole("searchbox").focus()
          await page.keyboard.press("Tab")
          await page.keyboard.press("Tab")
          await page.keyboard.press("Enter")
          await job("calls")
            .getByText(/\d runs?, 0 failed/)
            .waitFor()
          await job("people")
            .getByText(/[3-9] runs|\d\d runs/)
            .waitFor({ state: "attached", timeout: 30_000 })
          await job("calls")
            .getByText(/\d runs?, 0 failed/)
            .waitFor()
        })
        yield* picture("worker-light.png")

        // What is sought, and what needs attention.
        yield* Effect.promise(() => page.getByRole("searchbox").fill("PEO"))
        assert.strictEqual(yield* Effect.promise(() => page.locator(".job").count()), 1)
        yield* Effect.promise(async () => {
          await page.getByRole("searchbox").fill("")
          await page.getByRole("checkbox").check()
        })
        assert.deepStrictEqual(yield* Effect.promise(() => page.locator(".job .name").allInnerTexts()), [
          "report command, environment"
        ])
        yield* Effect.promise(() => page.getByRole("checkbox").uncheck())

        // In the other scheme, and on a phone: nothing is wider than the screen.
        const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor")
        const light = yield* Effect.promise(ground)
        yield* Effect.promise(() => page.emulateMedia({ colorScheme: "dark" }))
        assert.notStrictEqual(yield* Effect.promise(ground), light)
        yield* picture("worker-dark.png")
        yield* Effect.promise(() => page.setViewportSize({ width: 360, height: 740 }))
        assert.isTrue(yield* Effect.promise(() => page.evaluate("document.documentElement.scrollWidth <= innerWidth")))
        yield* picture("worker-phone.png")

        // A terminal shows the same.
        const { code, stdout } = yield* Process.run("genesys-worker", ["status", "--url", place])
        assert.strictEqual(code, 0)
        assert.match(stdout, /^genesys-worker \S+, running, not ready, started /)
        assert.match(stdout, /\nreport +command +environment +backing off /)

        const html = yield* Effect.promise(() => page.content())
        assert.notInclude(html, secret)
        assert.deepStrictEqual(wrong, [])
        assert.isTrue(
          asked.every((url) => url.startsWith(`${place}/`)),
          asked.join()
        )

        // Whoever looks is told when it is gone.
        yield* worker.signal("SIGTERM")
        yield* Effect.promise(() => page.getByText(/Not connected since .* Trying again/).waitFor({ timeout: 30_000 }))
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 600 }))),
    120_000
  )
})
