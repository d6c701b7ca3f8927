/** The README shows a program that is a file, which runs. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { freePort } from "../../../scripts/test/FreePort.ts"
import * as Process from "../../../apps/worker/test/support/Process.ts"
import * as Settings from "../../../apps/worker/test/support/Settings.ts"
import { Postgres } from "../../export/test/Postgres.ts"

const example = fileURLToPath(new URL("../../../examples/fleet.ts", import.meta.url))

it("shows examples/fleet.ts as it is", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  assert.include(readme, `\`\`\`ts\n${readFileSync(example, "utf8")}\`\`\``)
})

it.live(
  "which makes its call",
  () =>
    Effect.gen(function* () {
      const env = {
        ...(yield* Settings.env),
        FLEET_DATABASE_URL: yield* (yield* Postgres).database,
        FLEET_PORT: String(yield* freePort)
      }
      const { code, stderr, stdout } = yield* Process.runFile(example, { env })
      assert.deepStrictEqual([code, stdout.includes("5 users")], [0, true], stderr)
    }).pipe(Effect.provide(Layer.merge(Simulator.layer({ users: 5 }), Postgres.layer))),
  60_000
)
