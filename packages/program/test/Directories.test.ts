/** Where files are kept: never below whatever the working directory happens to be, and never where a `.env` file says. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { join } from "node:path"
import * as Directories from "../src/Directories.ts"
import * as Settings from "../src/Settings.ts"

const within = Effect.fnUntraced(function* <A, E>(
  variables: Record<string, string>,
  effect: Effect.Effect<A, E>,
  dotEnv: Record<string, string> = {}
) {
  const warnings: Array<string> = []
  const environment = ConfigProvider.fromEnvRecord(variables)
  const file = ConfigProvider.fromEnvRecord(dotEnv)
  const found = yield* Effect.result(effect).pipe(
    Effect.provide(Logger.layer([Logger.make(({ message }) => void warnings.push(String(message)))])),
    Effect.provide(
      Layer.merge(
        Layer.succeed(Settings.Sources, { environment, file }),
        ConfigProvider.layer(ConfigProvider.orElse(environment, file))
      )
    )
  )
  return { found, warnings }
})

const all = Effect.map(Effect.all([Directories.config, Directories.logins, Directories.tokens]), (found) =>
  found.map(Option.getOrUndefined)
)
const below = (base: string, cache: string) => [base, join(base, "logins"), join(cache, "effect-genesys", "tokens")]
const byDefault = below(join(homedir(), ".config", "effect-genesys"), join(homedir(), ".cache"))

const success = (result: Effect.Success<ReturnType<typeof within>>["found"]) =>
  result._tag === "Success" ? result.success : result.failure

describe("Directories", () => {
  it.effect("are those of the environment", () =>
    Effect.gen(function* () {
      const own = yield* within({ GENESYS_CONFIG_DIR: "/own", XDG_CONFIG_HOME: "/xdg", XDG_CACHE_HOME: "/cache" }, all)
      assert.deepStrictEqual(success(own.found), below("/own", "/cache"))
      const xdg = yield* within({ GENESYS_CONFIG_DIR: " ", XDG_CONFIG_HOME: "/xdg" }, all)
      assert.deepStrictEqual(success(xdg.found), below("/xdg/effect-genesys", join(homedir(), ".cache")))
      assert.deepStrictEqual([...own.warnings, ...xdg.warnings], [])
    })
  )

  it.effect("are never what a .env file says", () =>
    Effect.gen(function* () {
      const dotEnv = { GENESYS_CONFIG_DIR: "/evil", XDG_CONFIG_HOME: "/evil", XDG_CACHE_HOME: "/evil" }
      assert.deepStrictEqual(success((yield* within({}, all, dotEnv)).found), byDefault)
    })
  )

  it.effect("refuses a relative GENESYS_CONFIG_DIR, and says what to give", () =>
    Effect.gen(function* () {
      for (const path of ["config", "./config", "~/config"]) {
        const { message, setting } = yield* Effect.flip(
          Effect.provideService(Directories.logins, Settings.Sources, {
            environment: ConfigProvider.fromEnvRecord({ GENESYS_CONFIG_DIR: path }),
            file: ConfigProvider.fromEnvRecord({})
          })
        )
        assert.strictEqual(setting, "GENESYS_CONFIG_DIR")
        assert.match(message, /^GENESYS_CONFIG_DIR is not valid: it must be an absolute path, such as \//)
      }
    })
  )

  it.effect("ignores relative XDG directories, with one warning for each", () =>
    Effect.gen(function* () {
      const twice = Effect.andThen(all, all)
      const { found, warnings } = yield* within({ XDG_CONFIG_HOME: "xdg", XDG_CACHE_HOME: "./cache" }, twice)
      assert.deepStrictEqual(success(found), byDefault)
      assert.deepStrictEqual(warnings, [
        "XDG_CONFIG_HOME is ignored, since it is a relative path; ~/.config is used instead",
        "XDG_CACHE_HOME is ignored, since it is a relative path; ~/.cache is used instead"
      ])
    })
  )
})
