/** What the bundler leaves out although it does something is found before it is bundled. */
import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { rolldown } from "rolldown"
import { refuseDropped } from "../Dropped.ts"

const bundle = async (call: string, guarded: boolean) => {
  const input = join(mkdtempSync(join(tmpdir(), "genesys-dropped-")), "main.ts")
  const attempt = `export const works = (text: any): boolean => { try {\n${call}\nreturn true } catch { return false } }`
  writeFileSync(input, attempt)
  const build = await rolldown({ input, plugins: guarded ? [refuseDropped()] : [], logLevel: "silent" })
  const [chunk] = (await build.generate({ format: "esm", minify: true })).output
  const { works } = await import(`data:text/javascript,${encodeURIComponent(chunk.code)}`)
  return works
}

describe("a call that is made only to see whether it throws", () => {
  for (const [call, bad] of [
    ["decodeURIComponent(text)", "50%"],
    ["void decodeURI(text)", "50%"],
    ["encodeURIComponent(text)", "\ud800"],
    ["String.fromCodePoint(text)", -1]
  ] as const) {
    it(`${call} would be left out, and is refused`, async () => {
      // Should the bundler keep it one day, the guard can go.
      assert.isTrue((await bundle(call, false))(bad))
      const error = await bundle(call, true).then(
        () => undefined,
        (why: unknown) => String(why)
      )
      assert.match(error ?? "", /would leave out .* use the result of .*main\.ts:2 /)
    })
  }
  it("is kept where its result is used", async () => {
    const works = await bundle("if (decodeURIComponent(text) === undefined) return false", true)
    assert.deepStrictEqual([works("50%"), works("50%25")], [false, true])
  })
})
