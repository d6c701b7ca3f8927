/**
 * What our programs make of paths and names on Windows, as far as it can be seen elsewhere: the system is said to be Windows, and
 * `node:path` is its `win32`, before anything is loaded. Files, signals, locks and sockets are those of this machine: of them it shows nothing.
 */
import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { root } from "../Workspaces.ts"

const asWindows = `
import { registerHooks } from "node:module"
Object.defineProperty(process, "platform", { value: "win32" })
registerHooks({ resolve: (name, context, next) => next(/^(?:node:)?path$/.test(name) ? "node:path/win32" : name, context) })`

/** What a program prints there. */
const onWindows = (source: string): unknown => {
  const hooks = `data:text/javascript,${encodeURIComponent(asWindows)}`
  const args = ["--conditions=@effect-genesys/source", "--import", hooks, "--input-type=module", "-e", source]
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" }))
}

const file = (path: string) => JSON.stringify(pathToFileURL(join(root, path)).href)

describe("on Windows", () => {
  it("a program that we run is given its variables in whichever case they are, and no password of a proxy", () => {
    const given = onWindows(`
      const { of } = await import(${file("packages/core/src/ChildEnvironment.ts")})
      const all = { Path: "C:\\\\bin", SystemRoot: "C:\\\\Windows", https_Proxy: "http://user:secret@proxy:1", Secret: "x", Mine_A: "1" }
      console.log(JSON.stringify(of(all, { named: ["MINE_*"], hidden: ["SECRET"] })))`)
    assert.deepStrictEqual(given, {
      given: { Path: "C:\\bin", SystemRoot: "C:\\Windows", Mine_A: "1" },
      withheld: ["https_Proxy"]
    })
  })

  it("files of our own lie below a folder with a drive, or of another machine, and never below one that is relative", () => {
    const places = onWindows(`
      const Effect = await import("effect/Effect")
      const ConfigProvider = await import("effect/ConfigProvider")
      const Option = await import("effect/Option")
      const References = await import("effect/References")
      const Directories = await import(${file("packages/program/src/Directories.ts")})
      const { Sources } = await import(${file("packages/program/src/Settings.ts")})
      const at = (cache) => {
        const environment = ConfigProvider.fromEnvRecord({ XDG_CACHE_HOME: cache })
        const tokens = Effect.provideService(Directories.tokens, Sources, { environment, file: environment })
        return Option.getOrUndefined(Effect.runSync(Effect.provideService(tokens, References.MinimumLogLevel, "None")))
      }
      console.log(JSON.stringify(["C:\\\\me\\\\cache", "\\\\\\\\host\\\\share", "cache", "C:cache"].map(at)))`)
    assert.isTrue(Array.isArray(places))
    const [drive, share, ...relative] = Array.isArray(places) ? places : []
    assert.deepStrictEqual(
      [drive, share],
      ["C:\\me\\cache\\effect-genesys\\tokens", "\\\\host\\share\\effect-genesys\\tokens"]
    )
    for (const each of relative) assert.match(String(each), /\.cache\\effect-genesys\\tokens$/)
  })
})
