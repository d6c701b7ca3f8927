/** Bundles of small packages that are made here, with licences of every kind. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { rolldown } from "rolldown"
import { notices } from "../Notices.ts"

type Files = Readonly<Record<string, string>>

const write = (folder: string, files: Files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const manifest = (name: string, license: unknown, version = "1.2.3") =>
  JSON.stringify({ name, version, license, type: "module", exports: "./index.js" })

/** Bundles a program that imports all of these packages. @returns the notices, and the bundle */
const bundle = async (packages: Readonly<Record<string, Files>>, ...others: ReadonlyArray<string>) => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-notices-"))
  const code = Object.keys(packages).map(
    (name, index) => `import * as p${index} from "${name}"\nconsole.log(p${index})\n`
  )
  write(folder, { "main.js": code.join("") })
  for (const name of others) write(folder, { [name]: "console.log(1)\n" })
  for (const [name, files] of Object.entries(packages)) {
    write(join(folder, "node_modules", name), { "index.js": `export const own = "${name}"\n`, ...files })
  }
  const file = join(folder, "NOTICES.txt")
  const plugin = notices(file)
  await Promise.all(
    ["main.js", ...others].map(async (input) => {
      const build = await rolldown({ input: join(folder, input), plugins: [plugin], external: ["left-out"] })
      await build.write({ dir: join(folder, "out"), minify: true })
    })
  )
  return {
    text: existsSync(file) ? readFileSync(file, "utf8") : "",
    code: readFileSync(join(folder, "out", "main.js"), "utf8")
  }
}

const failureOf = async (packages: Readonly<Record<string, Files>>) => {
  try {
    return `No failure: ${(await bundle(packages)).text}`
  } catch (error) {
    return String(error)
  }
}

describe("notices", () => {
  it("hold the licence of each package that is bundled, once, and of no other", async () => {
    const { text } = await bundle(
      {
        "@scope/one": { "package.json": manifest("@scope/one", "MIT"), "LICENSE.md": "Text of one.\n" },
        two: {
          "package.json": manifest("two", "Apache-2.0"),
          "LICENSE-APACHE.txt": "Text of two.\n",
          NOTICE: "Notice of two.\n",
          "index.js": 'export * from "deep"\nexport * as out from "left-out"\n',
          "node_modules/deep/package.json": manifest("deep", "ISC", "0.1.0"),
          "node_modules/deep/index.js": "export const deep = [Math.random()]\n",
          "node_modules/deep/copying": "Text of deep.\n"
        }
      },
      "another.js"
    )
    const parts = text.split(/\n-{80}\n/).map((part) => part.trim())
    assert.deepStrictEqual(
      parts.filter((part) => !part.startsWith("rolldown ")),
      [
        "This program contains code of the packages below, under their licences.",
        "@scope/one 1.2.3 (MIT)\n\nText of one.",
        "deep 0.1.0 (ISC)\n\nText of deep.",
        "two 1.2.3 (Apache-2.0)\n\nText of two.\n\nNotice of two."
      ]
    )
  })

  it("hold what a module says of whom it was copied from, which the bundle has lost", async () => {
    const comment = "/**\n * Taken from elsewhere.\n * Copyright (c) 2019 Somebody Else\n */"
    const lines = "// This was theirs.\n// Copyright 2020 They"
    const { code, text } = await bundle({
      one: {
        "package.json": manifest("one", "MIT"),
        LICENSE: "Text of one.",
        "index.js": `/* Says nothing. */\n${comment}\nexport const a = 1\n  ${lines}\nexport const b = 2\n`
      }
    })
    assert.include(text, `one 1.2.3 (MIT)\n\nText of one.\n\n${comment}\n\n${lines}\n`)
    assert.notInclude(text, "Says nothing")
    assert.notInclude(code, "Copyright")
  })

  it("let no bundle be made of a package without a permissive licence, or without its text", async () => {
    const licences = ["GPL-3.0-only", "UNLICENSED", "(MIT OR GPL-3.0-only)", undefined, { type: "MIT" }]
    await Promise.all(
      licences.map(async (license) =>
        assert.include(
          await failureOf({ one: { "package.json": manifest("one", license), LICENSE: "Text." } }),
          `one 1.2.3 is bundled, and its licence, ${JSON.stringify(license)}, is none of 0BSD, Apache-2.0,`
        )
      )
    )
    await Promise.all(
      [{}, { NOTICE: "A notice." }, { "license.js": "export {}" }].map(async (files) =>
        assert.include(
          await failureOf({ one: { "package.json": manifest("one", "MIT"), ...files } }),
          "one 1.2.3 is bundled, and it brings no text of its licence (MIT), which has to go with it."
        )
      )
    )
  })
})
