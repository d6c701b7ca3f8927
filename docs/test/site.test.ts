/** `PROVE=1`: the site is built, and read in a browser: each page without an error and without asking anybody else. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { globSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import * as Programs from "../../apps/cli/test/support/Programs.ts"
import { sidebar } from "../site/Sidebar.ts"
import * as Chromium from "../../scripts/test/Browser.ts"
import * as Served from "./Served.ts"

const folder = mkdtempSync(join(tmpdir(), "genesys-site-"))
let served: Served.Served
let browser: Browser

/** A page, and what is wrong with it so far. */
const visit = async (path: string) => {
  const page = await browser.newPage({ viewport: { width: 1_400, height: 900 } })
  const wrong: Array<string> = []
  page.on("pageerror", ({ message }) => wrong.push(message))
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()))
  page.on("requestfailed", (request) => wrong.push(`${request.url()}: ${request.failure()?.errorText ?? ""}`))
  page.on("request", (request) => {
    if (!request.url().startsWith(served.url) && !request.url().startsWith("data:")) wrong.push(request.url())
  })
  await page.goto(`${served.url}${path}`, { waitUntil: "networkidle" })
  return { page, wrong }
}

const isDark = (page: Page) => page.evaluate('document.documentElement.classList.contains("dark")')

describe.skipIf(!Programs.isProof)("the site", () => {
  beforeAll(async () => {
    await Served.build(folder)
    served = await Served.serve(folder)
    if (Chromium.hasBrowser) browser = await Chromium.open()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  it("has no link within that leads nowhere", () => {
    const pages = new Map(
      globSync("**/*.html", { cwd: folder }).map((file) => [`/${file}`, readFileSync(join(folder, file), "utf8")])
    )
    assert.isAbove(pages.size, 50)
    const ids = new Map(
      [...pages].map(([file, html]) => [file, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))])
    )
    const wrong = [...pages].flatMap(([file, html]) =>
      [...html.matchAll(/ href="([^"]+)"/g)].flatMap(([, href = ""]) => {
        const { hash, origin, pathname } = new URL(href, `http://site${file}`)
        if (origin !== "http://site" || /\.(?:css|js|svg|woff2)$/.test(pathname)) return []
        const aimed = ids.get(pathname.endsWith("/") ? `${pathname}index.html` : pathname)
        return aimed !== undefined && (hash === "" || aimed.has(decodeURIComponent(hash.slice(1))))
          ? []
          : [`${file}: ${href}`]
      })
    )
    assert.deepStrictEqual(wrong, [])
  })

  describe.skipIf(!Chromium.hasBrowser)("in a browser", () => {
    it("shows each page without an error, and asks nobody else", async () => {
      const paths = ["/", ...sidebar.flatMap(({ items }) => items.map(({ link }) => link))]
      const look = async (path: string) => {
        const { page, wrong } = await visit(path.endsWith("/") ? path : `${path}.html`)
        if (path !== "/" && (await page.locator("main h1").count()) !== 1) wrong.push("no title")
        await page.close()
        return wrong.map((text) => `${path}: ${text}`)
      }
      const some = async (from: number): Promise<ReadonlyArray<string>> => {
        if (from >= paths.length) return []
        const found = await Promise.all(paths.slice(from, from + 6).map(look))
        return [...found.flat(), ...(await some(from + 6))]
      }
      const wrong = await some(0)
      assert.deepStrictEqual(wrong, [])
    }, 240_000)

    it("finds what somebody searches", async () => {
      const { page, wrong } = await visit("/")
      await page.locator(".VPNavBarSearch button").first().click()
      await page.locator("#localsearch-input").fill("token store")
      await page.locator(".results .result").first().waitFor()
      const titles = await page.locator(".results .result").allTextContents()
      assert.isTrue(
        titles.some((title) => /token store of your own/i.test(title)),
        titles.join("\n")
      )
      await page.keyboard.press("Enter")
      await page.waitForURL(/\.html/)
      assert.deepStrictEqual(wrong, [])
      await page.close()
    })

    it("lets a token live", async () => {
      const { page, wrong } = await visit("/guide/token-life.html")
      const said = page.locator(".token-life .said")
      const state = () => said.getAttribute("data-state")
      const move = async (name: string, value: number) =>
        page.locator(`.token-life [name=${name}]`).evaluate((input, to) => {
          Object.assign(input, { value: String(to) })
          input.dispatchEvent(new Event("input"))
        }, value)
      await said.waitFor()
      assert.strictEqual(await state(), "good")
      await move("time", 820)
      assert.strictEqual(await state(), "window")
      await move("time", 950)
      assert.strictEqual(await state(), "renewed")
      // Down for a quarter of its life: until after its end.
      await move("outage", 25)
      assert.strictEqual(await state(), "failing")
      assert.include(await said.textContent(), "57 min of 1 h.")
      await move("time", 998)
      assert.strictEqual(await state(), "waiting")
      assert.deepStrictEqual(wrong, [])
      await page.close()
    })

    it("can be dark", async () => {
      const { page, wrong } = await visit("/guide/token-life.html")
      const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor")
      const [was, before] = [await isDark(page), await background()]
      await page.locator(".VPNavBarAppearance .VPSwitchAppearance").click()
      assert.strictEqual(await isDark(page), !was)
      assert.notStrictEqual(await background(), before)
      assert.deepStrictEqual(wrong, [])
      await page.close()
    })
  })
})
