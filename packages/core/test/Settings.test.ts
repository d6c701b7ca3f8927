import { assert, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { namesOf, rules, settingNames } from "../src/Settings.ts"

it("each variable that is asked for by name stands in SettingNames.ts, and nowhere else in our sources", () => {
  const cwd = fileURLToPath(new URL("../../..", import.meta.url))
  const asked = new Set<string>(Object.values(settingNames))
  const known = new Set(rules.flatMap(namesOf))
  assert.deepStrictEqual(
    [...asked].filter((name) => !known.has(name)),
    []
  )
  // The simulator knows nothing of ours.
  const files = globSync(["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"], { cwd }).filter(
    (file) => !file.startsWith("packages/simulator/") && file !== "packages/core/src/SettingNames.ts"
  )
  assert.isAbove(files.length, 100)
  const written = files.flatMap((file) =>
    Array.from(readFileSync(`${cwd}/${file}`, "utf8").matchAll(/"([A-Z][A-Z_]+)"(?!:)/g), ([, name = ""]) => name)
      .filter((name) => asked.has(name))
      .map((name) => `${name} in ${file}`)
  )
  assert.deepStrictEqual(written, [])
})
