/** What whoever breaks off an export is told, and that it does what it says. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Cli from "../support/Cli.ts"
import * as Programs from "../support/Programs.ts"

const simulator = Simulator.layer({ conversationsPerHour: 60, jobQueueTime: 0, jobRunTime: 0, nightlyRewrites: 0 })

describe("an export that is broken off", () => {
  layer(simulator, { excludeTestServices: true })((it) => {
    it.effect(
      "says the command that goes on with it, whenever it is called",
      () =>
        Effect.gen(function* () {
          const service = yield* Simulator
          const env = yield* Settings.env
          const cwd = Cli.folder()
          const broken = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
            yield* service.addFault({ path: "/api/v2/analytics/conversations/details/jobs/", delayMs: 400 })
            const running = yield* Programs.start("genesys", args, { env, cwd })
            yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => existsSync(join(cwd, "day.ndjson.part")) })
            yield* running.signal("SIGINT")
            const { code, stderr } = yield* running.ended
            yield* service.clearFaults
            assert.strictEqual(code, 130)
            const [, command = ""] = /^Interrupted. To go on: (?:rm \S+ && )?genesys (.*)$/m.exec(stderr) ?? []
            return { command, stderr }
          }, Effect.scoped)

          const first = yield* broken(["conversations", "export", "--interval", "24h", "--out", "day.ndjson"])
          assert.match(first.command, /^conversations export --out day\.ndjson --interval \S+Z\/\S+Z$/)
          const done = yield* Programs.run("genesys", first.command.split(" "), { env, cwd })
          assert.strictEqual(done.code, 0, done.stderr)
          assert.match(done.stderr, /^Going on after \d+ rows/)
          assert.isAbove(readFileSync(join(cwd, "day.ndjson"), "utf8").split("\n").length, 1000)

          // What it was to overwrite stands in the way of going on.
          const forced = ["conversations", "export", "--interval=2025-11-03", "--force", "--out", "day.ndjson"]
          const second = yield* broken(forced)
          assert.include(
            second.stderr,
            "rm day.ndjson && genesys conversations export --out day.ndjson --interval 2025-11-03\n"
          )
        }),
      60_000
    )
  })
})
