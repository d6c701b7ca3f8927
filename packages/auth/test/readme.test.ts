import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { header, layer } from "./ReadmeProgram.ts"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const readme = read("../README.md")

const region = (file: string) => /\/\/ #region \w+\n([^]*?)\/\/ #endregion/.exec(read(file))?.[1] ?? "none"

describe("README", () => {
  for (const [what, code] of [
    ["the program of ReadmeProgram.ts", region("ReadmeProgram.ts")],
    ["the backend that TokenStore.test.ts runs the suite on", region("TokenStore.test.ts")],
    ["the example without Effect", read("../../../examples/without-effect.ts")]
  ] as const) {
    it(`shows ${what} as it is, in a few lines`, () => {
      assert.include(readme, `\`\`\`ts\n${code}\`\`\``)
      assert.isAtMost(code.split("\n").length, 20)
    })
  }

  it.live("shows a program that gets a token which the API takes", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const settings = ConfigProvider.fromEnvRecord({
        GENESYS_CLOUD_CLIENT_ID: simulator.clientId,
        GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(simulator.clientSecret),
        GENESYS_CLOUD_LOGIN_URL: simulator.url
      })
      const headers = yield* header.pipe(
        Effect.provide(layer),
        Effect.provideService(ConfigProvider.ConfigProvider, settings)
      )
      const answer = yield* Effect.promise(() => fetch(`${simulator.url}/api/v2/tokens/me`, { headers }))
      assert.strictEqual(answer.status, 200)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it("imports the suite from where it is", async () => {
    const [, names = "", path = ""] = /import \{ (\w+) \} from "(\S+\/testing)"/.exec(readme) ?? []
    assert.property(await import(path), names)
  })
})
