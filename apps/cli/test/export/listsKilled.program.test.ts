/** An export of a list that is killed in its middle marks nothing; the next one marks what is gone. */
import { assert, layer } from "@effect/vitest"
import * as Kinds from "@effect-genesys/export/Kinds"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Files from "../../../../packages/export/test/Files.ts"
import * as Cli from "../support/Cli.ts"

const timeout = 90_000
const path = "/api/v2/stations"

layer(Simulator.layer({ rateLimit: { limit: 1_000_000 } }), { excludeTestServices: true })(
  "genesys export of a list",
  ({ effect }) => {
    effect(
      "marks nothing when it is killed at a page, whichever that is",
      () =>
        Effect.gen(function* () {
          const { addFault, changeItem, clearFaults, clearJournal, journal, list } = yield* Simulator
          const cwd = Cli.folder()
          const copy = join(cwd, "copy")
          const run = Cli.genesys(["export", "stations", "--out", "copy/"], { cwd })
          const gone = () => [...Files.deleted(copy, Kinds.lists.stations.layout).keys()]
          const checkpoint = () => readFileSync(join(copy, "checkpoint.json"), "utf8")
          const first = yield* run
          assert.strictEqual(first.code, 0, first.stderr)
          const [station] = yield* list("stations")
          yield* changeItem(station?.id ?? "", { deleted: true })
          yield* addFault({ path, delayMs: 400 })
          const before = checkpoint()
          // Of those that tell the time, and two readings of two pages each.
          for (const pages of [1, 3, 4, 6]) {
            yield* clearJournal
            const killed = yield* Effect.forkChild(Cli.sh("exec genesys export stations --out copy/", { cwd }))
            const asked = Effect.map(journal, ({ requests }) => requests.filter((one) => one.path === path).length)
            yield* Effect.repeat(Effect.delay(asked, "10 millis"), { until: (count) => count >= pages }).pipe(
              Effect.timeout("30 seconds")
            )
            yield* Fiber.interrupt(killed)
            assert.deepStrictEqual([gone(), checkpoint()], [[], before], `${pages} pages`)
          }
          yield* clearFaults
          const last = yield* run
          assert.strictEqual(last.code, 0, last.stderr)
          assert.deepStrictEqual(gone(), [station?.id])
        }),
      timeout
    )
  }
)
