/** JSON that is nested too deep, wherever somebody can give it: wrong usage or wrong settings, and no defect. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ApiCall from "../src/api/ApiCall.ts"
import * as Bulk from "../src/sdk/Bulk.ts"
import * as Fields from "../src/api/Fields.ts"
import * as JsonInput from "../src/api/JsonInput.ts"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Settings from "@effect-genesys/program/Settings"
import * as WorkerSettingsFile from "../../worker/src/settings/WorkerSettingsFile.ts"

const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`
const folder = mkdtempSync(join(tmpdir(), "genesys-deep-"))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe.each([501, 5_000, 100_000])("%d deep", (depth) => {
  it.effect("input of a call", () =>
    Effect.gen(function* () {
      for (const text of [arrays(depth), objects(depth), "[".repeat(depth), `${"[".repeat(depth)}}`]) {
        const error = yield* Effect.flip(JsonInput.parse("-", text))
        assert.strictEqual(error._tag, "UsageError")
        assert.include(error.message, "standard input holds JSON that is nested more than 500 deep")
      }
      const input = Option.some(file(`${depth}.json`, arrays(depth)))
      const call = ApiCall.request({ method: "POST", path: "users/search", fields: [], input, headers: [] })
      assert.strictEqual((yield* Effect.flip(call))._tag, "UsageError")
      const lines = file(`${depth}.ndjson`, `{}\n${objects(depth)}\n`)
      assert.strictEqual((yield* Effect.flip(Bulk.read(lines)))._tag, "UsageError")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("a profile", () =>
    Effect.gen(function* () {
      const config = mkdtempSync(join(tmpdir(), "genesys-deep-"))
      mkdirSync(join(config, "profiles"))
      const profiles = Layer.provide(Profiles.layer, [
        NodeServices.layer,
        Layer.succeed(Settings.Sources, {
          environment: ConfigProvider.fromEnvRecord({ GENESYS_CONFIG_DIR: config }),
          file: ConfigProvider.fromEnvRecord({})
        })
      ])
      for (const text of [arrays(depth), objects(depth), `{"region":"us-east-1","clientId":${arrays(depth)}}`]) {
        writeFileSync(join(config, "profiles", "deep.json"), text, { mode: 0o600 })
        writeFileSync(join(config, "config.json"), text, { mode: 0o600 })
        const errors = Profiles.use((all) => Effect.all([Effect.flip(all.get("deep")), Effect.flip(all.default)]))
        for (const error of yield* Effect.provide(errors, profiles)) {
          assert.strictEqual(error._tag, "ConfigurationError")
          // Such a file is too large to be one, too.
          assert.match(error.message, depth > 10_000 ? /is larger than 64 KiB/ : /is damaged/)
        }
      }
    })
  )
})

it.effect("settings of the worker, as YAML and as JSON", () =>
  Effect.gen(function* () {
    const block = Array.from({ length: 600 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")
    for (const text of [
      arrays(5_000),
      objects(5_000),
      "[".repeat(30_000),
      `jobs: ${arrays(5_000)}`,
      "- ".repeat(2_000),
      block
    ]) {
      const error = yield* Effect.flip(WorkerSettingsFile.parse("worker.yaml", text))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.isBelow(error.message.length, 500)
    }
  })
)

it.effect("fields of a call", () =>
  Effect.gen(function* () {
    for (const inner of ["[a]", "[]", "[][a]"]) {
      const field = yield* Fields.ofText(`a${inner.repeat(20_000)}=1`)
      const error = yield* Effect.flip(Fields.toObject([field]))
      assert.strictEqual(error._tag, "UsageError")
      assert.isBelow(error.message.length, 500)
    }
  })
)
