/**
 * Exports of the command line into a file. `PROVE=1`: killed early and late, without room, and where something is; else killed late.
 * `FileExport.test.ts` has the others without a process.
 */
import { assert, describe, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Cli from "../support/Cli.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 120_000
const simulator = Simulator.layer({
  rateLimit: "off",
  conversationsPerHour: 60,
  jobQueueTime: 0,
  jobRunTime: 0,
  nightlyRewrites: 0
})

const idsOf = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line): string => JSON.parse(line).conversationId)
    .toSorted()

const truth = (day: string) =>
  Effect.flatMap(Simulator, (service) => Stream.runCollect(service.truth(day))).pipe(
    Effect.map((rows) => rows.map(({ conversationId }) => conversationId).toSorted())
  )

describe("genesys conversations export", () => {
  layer(simulator, { excludeTestServices: true })((it) => {
    const run = (cwd: string, ...args: ReadonlyArray<string>) =>
      Cli.genesys(["conversations", "export", "--interval", "2025-11-03", "--out", "day.ndjson", ...args], { cwd })

    it.effect(
      "goes on after a kill at any moment, until it has each conversation once",
      () =>
        Effect.gen(function* () {
          const service = yield* Simulator
          const cwd = Cli.folder()
          const file = join(cwd, "day.ndjson")
          yield* service.addFault({ path: "/api/v2/analytics/conversations/details/jobs/", delayMs: 300 })
          for (const wanted of isProof ? [1, 500_000] : [500_000]) {
            const killed = yield* Effect.forkChild(
              Cli.sh("exec genesys conversations export --interval 2025-11-03 --out day.ndjson", { cwd })
            )
            yield* Effect.repeat(Effect.sleep("10 millis"), {
              until: () => existsSync(`${file}.part`) && statSync(`${file}.part`).size > wanted
            }).pipe(Effect.timeout("30 seconds"))
            yield* Fiber.interrupt(killed)
            assert.isFalse(existsSync(file))
          }
          yield* service.clearFaults
          // What a kill in the middle of a write leaves.
          writeFileSync(`${file}.part`, '{"conversationId":"half', { flag: "a" })
          const { code, stderr, stdout } = yield* run(cwd)
          assert.deepStrictEqual([code, stdout], [0, ""], stderr)
          assert.match(stderr, /^Going on after \d+ rows/)
          assert.deepStrictEqual(idsOf(file), yield* truth("2025-11-03"))
          assert.deepStrictEqual(
            [".part", ".part.note", ".part.lock"].filter((end) => existsSync(file + end)),
            []
          )
        }),
      timeout
    )

    it.effect.skipIf(!isProof)(
      "goes on after a disk that was full",
      () =>
        Effect.gen(function* () {
          const cwd = Cli.folder()
          const file = join(cwd, "day.ndjson")
          // Files of 200 KB at most, which is what a full disk looks like.
          const full = yield* Cli.sh(
            "ulimit -f 200; genesys conversations export --interval 2025-11-03 --out day.ndjson",
            { cwd }
          )
          assert.strictEqual(full.code, 1)
          assert.match(
            full.stderr,
            /^genesys: day\.ndjson cannot be written: [^\n]* \(EFBIG\)\. [^\n]*run the same command again\.\n$/
          )
          assert.isFalse(existsSync(file))
          const { code, stderr } = yield* run(cwd)
          assert.strictEqual(code, 0, stderr)
          assert.match(stderr, /^Going on after [1-9]\d* rows/)
          assert.deepStrictEqual(idsOf(file), yield* truth("2025-11-03"))
        }),
      timeout
    )

    it.effect.skipIf(!isProof)(
      "keeps what is there: a file without --force, the part of another interval, and one that is being written",
      () =>
        Effect.gen(function* () {
          const cwd = Cli.folder()
          const file = join(cwd, "day.ndjson")
          writeFileSync(file, "precious\n")
          const refused = yield* run(cwd)
          assert.strictEqual(refused.code, 2)
          assert.match(refused.stderr, /day\.ndjson exists.*--force/)
          assert.strictEqual(readFileSync(file, "utf8"), "precious\n")

          const other = Cli.folder()
          // Interrupted after its first rows.
          yield* Cli.sh("ulimit -f 200; genesys conversations export --interval 2025-11-04 --out day.ndjson", {
            cwd: other
          })
          const foreign = yield* run(other)
          assert.strictEqual(foreign.code, 2)
          assert.match(foreign.stderr, /begun by another export \(conversations of 2025-11-04.*--force/)

          symlinkSync("/dev/null", join(cwd, "day.ndjson.part"))
          const forced = yield* run(cwd, "--force", "--access", "group")
          assert.deepStrictEqual([forced.code, forced.stderr], [0, ""])
          assert.deepStrictEqual(idsOf(file), yield* truth("2025-11-03"))
          assert.strictEqual(lstatSync(file).mode & 0o777, 0o640)
        }),
      timeout
    )
  })
})
