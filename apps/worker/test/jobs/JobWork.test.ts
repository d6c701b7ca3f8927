/** What the settings of a job become, and what its runs have to tell. */
import { assert, describe, it } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { Notifications } from "@effect-genesys/client/Notifications"
import * as Day from "@effect-genesys/export/Day"
import { Sink } from "@effect-genesys/export/Sink"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import * as TestClock from "effect/testing/TestClock"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Down from "../../../../packages/export/test/Down.ts"
import * as World from "../../../../packages/export/test/World.ts"
import { Jobs } from "../../src/jobs/Jobs.ts"
import type { JobState } from "../../src/jobs/JobState.ts"
import * as JobPresent from "../../src/jobs/JobPresent.ts"
import * as JobWork from "../../src/jobs/JobWork.ts"
import { Sinks } from "@effect-genesys/program/Sinks"
import type { Job } from "../../src/settings/WorkerSettings.ts"

const job = (more: Partial<Extract<Job, { kind: "conversations" }>>): Job => ({
  name: "calls",
  kind: "conversations",
  every: "1h",
  since: World.first,
  sink: { _tag: "ndjson", place: mkdtempSync(join(tmpdir(), "genesys-work-")) },
  ...more
})
const running = (one: Job, known: JobWork.Memory) =>
  World.running(JobWork.run(one, Effect.succeed(false), known, []), "2 seconds", 1)
const run = (one: Job) => Effect.flatMap(JobWork.memory(one, "acme"), (known) => running(one, known))
/** Which nobody asks for here: the client has its own. */
const credentials = Credentials.layer(new ClientCredentials({ clientId: "id", clientSecret: Redacted.make("secret") }))
const inWorld = (world: ReturnType<typeof World.layer>) =>
  Layer.provideMerge(
    Layer.merge(Sinks.layer, Layer.provide(Notifications.layer, Socket.layerWebSocketConstructorGlobal)),
    Layer.mergeAll(world, credentials, Catalogue.layer, NodeServices.layer)
  )
const layer = (options: Parameters<typeof World.layer>[0]) => inWorld(World.layer(options))

describe("a job of conversations", () => {
  it.effect("waits for its jobs in Genesys' queue as long as it is told to", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("30 hours")
      const from = yield* Clock.currentTimeMillis
      const error = yield* Effect.flip(run(job({ jobWait: Duration.minutes(10), openEvery: Duration.minutes(3) })))
      assert.strictEqual(error._tag, "JobError")
      assert.match(error.message, /NOT_STARTED/)
      const minutes = ((yield* Clock.currentTimeMillis) - from) / 60_000
      assert.isTrue(minutes >= 10 && minutes < 30, `${minutes}`)
    }).pipe(Effect.provide(layer({ conversationsPerHour: 3, jobQueueTime: 1_000_000 })))
  )

  it.effect("tells since when it keeps days, and how many it has taken away", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("60 hours")
      const sink = { _tag: "ndjson", place: mkdtempSync(join(tmpdir(), "genesys-work-")) } as const
      assert.notProperty(yield* run(job({ sink })), "keptSince")
      yield* TestClock.adjust("1 day")
      const { checkpoint, keptSince, removedDays } = yield* run(job({ sink, keep: Duration.days(2) }))
      assert.deepStrictEqual([keptSince, removedDays, Object(checkpoint).partitions], ["1970-03-02", 1, 3])
    }).pipe(Effect.provide(layer({ conversationsPerHour: 2 })))
  )

  it.effect("tells of what Genesys sends that is not known here", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("30 hours")
      const one = job({})
      const known = yield* JobWork.memory(one, "acme")
      assert.notProperty(yield* JobPresent.present(known), "drift")
      yield* running(one, known)
      const { drift = [] } = yield* JobPresent.present(known)
      assert.deepStrictEqual(
        drift.map(({ came, field, table, what }) => [table, field, what, came]),
        [["conversations", "hologram", "field", "boolean"]]
      )
    }).pipe(
      Effect.provide(
        inWorld(
          World.changed({ conversationsPerHour: 2 }, (_, text) => ({
            text: text.replaceAll('"conversationStart":', '"hologram":true,"conversationStart":')
          }))
        )
      )
    )
  )

  it.effect("tells which conversations go on although their day was over long ago", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("6 days")
      const report = yield* run(job({ again: Duration.days(1) }))
      const { conversations, days, ids } = Object(report["unended"])
      assert.isAbove(conversations, 0)
      assert.isAbove(days, 0)
      assert.lengthOf(ids, conversations)
      assert.match(ids[0], /^[0-9a-f-]{36}$/)
      // Within what is read again anyway, nothing is odd about them.
      assert.notProperty(yield* run(job({})), "unended")
    }).pipe(Effect.provide(layer({ conversationsPerHour: 12, longestConversation: 30 * 86_400 })))
  )

  it.effect("keeps nothing in the fields that it is told to leave empty", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("30 hours")
      const place = mkdtempSync(join(tmpdir(), "genesys-redacted-"))
      yield* run(job({ sink: { _tag: "ndjson", place }, redact: ["participantName", "mediaType"] }))
      const text = readFileSync(join(place, "conversations", `${World.first}.ndjson`), "utf8")
      assert.match(text, /"participantName":null/)
      assert.match(text, /"mediaType":null/)
      assert.notMatch(text, /"(?:participantName|mediaType)":"/)
    }).pipe(Effect.provide(layer({ conversationsPerHour: 3 })))
  )

  const days = Day.range(World.first, "1970-03-09")

  it.effect("begins no run with the days that failed in the last one", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("194 hours")
      const one = job({})
      const known = yield* JobWork.memory(one, "acme")
      const failed = []
      for (let runs = 0; runs < 2; runs++) {
        failed.push(yield* Effect.flip(running(one, known)))
        yield* TestClock.adjust("15 minutes")
      }
      assert.deepStrictEqual(
        failed.map(({ _tag }) => _tag),
        ["UnavailableError", "UnavailableError"]
      )
      const held = yield* Effect.scoped(
        Effect.flatMap(
          Sinks.use((sinks) => sinks.get(Object(one).sink)),
          (context) =>
            Effect.provideContext(
              Sink.use(({ checkpoint }) => checkpoint),
              context
            )
        )
      )
      assert.includeMembers(
        Object.keys(held),
        days.slice(4).map((day) => `conversations/${day}`)
      )
    }).pipe(Effect.provide(inWorld(Down.layer(days.slice(0, 4), 500, { conversationsPerHour: 3 }))))
  )

  it.effect("tells what it has done and found although a day of it is refused, again and again", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("130 hours")
      const jobs = yield* Jobs
      const one = job({ again: Duration.days(1) })
      const known = yield* JobWork.memory(one, "acme")
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof JobWork.run>>>()
      yield* jobs.replace([
        {
          name: "calls",
          kind: "conversations",
          org: "acme",
          key: "1",
          trigger: { every: Duration.hours(1), jitter: Duration.zero },
          mended: Effect.never,
          run: (isStopping) => Effect.provideContext(JobWork.run(one, isStopping, known, []), context)
        }
      ])
      const hasRun: Effect.Effect<JobState> = Effect.suspend(() =>
        Effect.flatMap(jobs.states, ([state]) =>
          state!.runs > 0 ? Effect.succeed(state!) : Effect.andThen(Effect.sleep("1 second"), hasRun)
        )
      )
      const { failures, lastRun, report } = yield* World.running(hasRun, "2 seconds", 1)
      assert.strictEqual(failures, 1)
      assert.include(lastRun, { outcome: "InvalidRequestError" })
      assert.deepInclude(report, { units: 5, pending: 0, failed: ["conversations/1970-03-02"] })
      assert.isAbove(Object(report!["unended"]).conversations, 0)
      assert.isAbove(Object(report!["checkpoint"]).rows, 0)
    }).pipe(
      Effect.provide(
        Layer.merge(
          inWorld(Down.layer(["1970-03-02"], 413, { conversationsPerHour: 12, longestConversation: 30 * 86_400 })),
          Jobs.layer
        )
      )
    )
  )
})
