/** Days that are too old: they are taken away from each sink, whatever cut a removal off, and not read again. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Fs from "node:fs"
import { join } from "node:path"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as Retention from "../src/Retention.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import * as Files from "./Files.ts"
import { Postgres } from "./Postgres.ts"
import * as World from "./World.ts"

const { layout } = Kinds.conversations
const days = ["2026-11-01", "2026-11-02", "2026-11-03"] as const

const row = (day: string, key = day): Row => ({
  key,
  asOf: Day.end(day),
  value: {
    conversationId: key,
    conversationStart: `${day}T10:00:00Z`,
    participants: [{ sessions: [{ segments: [{}] }] }]
  }
})

const write = (day: string, ...rows: ReadonlyArray<Row>) =>
  Sink.use((sink) =>
    sink.write({
      partition: Partition.ofDay(layout, day),
      rows: Stream.fromIterable(rows),
      entry: Effect.succeed({ source: "job", asOf: Day.end(day), rows: rows.length, running: 0 })
    })
  )
const filled = Effect.forEach(days, (day) => write(day, row(day)), { discard: true })
const removed = (before: string) => Sink.use((sink) => Retention.removeFrom(sink, { kind: layout, before }))
const noted = Sink.use(({ checkpoint }) => Effect.map(checkpoint, (held) => Object.keys(held).toSorted()))

describe("a removal from files", () => {
  const all = (directory: string) =>
    Fs.readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((name) => !/^(?:\.work|exporter)/.test(name))
      .toSorted()
  const forms = {
    lines: { of: NdjsonSink.layer, folders: ["conversations"], extension: ".ndjson" },
    Parquet: { of: ParquetSink.layer, folders: tablesOf(layout).map(({ name }) => name), extension: ".parquet" }
  }
  for (const [name, { extension, folders, of }] of Object.entries(forms))
    it.live(`of ${name} that was cut off is ended by the next one, and touches nothing else`, () =>
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const into = Layer.fresh(of({ directory }))
        yield* Effect.provide(filled, into)
        const file = (folder: string, day: string) => join(directory, folder, `${day}${extension}`)
        const kept = folders.map((folder) => Fs.readFileSync(file(folder, days[0])))
        // Whatever is not of the export, in the folder and beside it.
        const outside = yield* Files.temporary
        const others = [
          join(outside, `2026-11-01${extension}`),
          join(directory, "conversations", "2026-11-01.txt"),
          join(directory, "conversations", `my 2026-11-01${extension}`),
          join(directory, "conversations", `2026-13-01${extension}`)
        ]
        for (const other of others) Fs.writeFileSync(other, "mine")
        Fs.mkdirSync(join(directory, "queues"))
        Fs.writeFileSync(file("queues", "2026-11-01"), "mine")
        Fs.symlinkSync(outside, join(directory, "linked"))

        assert.deepStrictEqual(yield* Effect.provide(removed(days[1]), into), [days[0]])
        for (const folder of folders) assert.isFalse(Fs.existsSync(file(folder, days[0])), folder)
        // The checkpoint was saved, and files were still there.
        for (const [place, folder] of folders.entries()) Fs.writeFileSync(file(folder, days[0]), kept[place]!)
        assert.deepStrictEqual(yield* Effect.provide(Effect.andThen(removed(days[2]), noted), into), [
          `conversations/${days[2]}`
        ])
        for (const folder of folders)
          assert.deepStrictEqual(
            Fs.readdirSync(join(directory, folder)).filter((one) =>
              /^\d{4}-(?:0|1[0-2]).*\.(?:ndjson|parquet)$/.test(one)
            ),
            [`${days[2]}${extension}`]
          )
        for (const other of [...others, file("queues", "2026-11-01")])
          assert.strictEqual(Fs.readFileSync(other, "utf8"), "mine")

        // A link in the place of the folder is refused.
        Fs.renameSync(join(directory, "conversations"), join(outside, "conversations"))
        Fs.symlinkSync(join(outside, "conversations"), join(directory, "conversations"))
        const before = all(outside)
        assert.match((yield* Effect.flip(Effect.provide(removed("2027-01-01"), into))).message, /symbolic link/)
        assert.deepStrictEqual(all(outside), before)
      }).pipe(Effect.provide(NodeServices.layer))
    )
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("a removal from PostgreSQL", ({ effect }) => {
  effect("that was cut off is ended by the next one; what has no moment goes once it can only be old", () =>
    Effect.gen(function* () {
      const url = Redacted.make(yield* (yield* Postgres).database)
      const counted = Effect.map(
        Database.query(
          url,
          `SELECT (SELECT string_agg(conversation_id, ' ' ORDER BY 1) FROM genesys.conversations) AS keys, (SELECT count(*)::int FROM genesys.segments) AS segments`
        ),
        ([found]) => found
      )
      const body = Effect.gen(function* () {
        yield* filled
        const { conversationStart: _, ...dateless } = row(days[2]).value
        yield* write(days[2], { ...row(days[2], "dateless"), value: { ...dateless, conversationId: "dateless" } })
        yield* Database.query(url, `DELETE FROM genesys.export_checkpoint WHERE partition LIKE '%/${days[0]}'`)
        assert.deepStrictEqual(yield* removed(days[1]), [days[0]])
        assert.deepStrictEqual(yield* removed(days[1]), [])
        assert.deepStrictEqual(yield* counted, { keys: `${days[1]} ${days[2]} dateless`, segments: 3 })
        assert.deepStrictEqual(yield* removed(days[2]), [days[1]])
        assert.deepStrictEqual(yield* counted, { keys: `${days[2]} dateless`, segments: 2 })
        assert.deepStrictEqual(yield* noted, [`conversations/${days[2]}`])
        assert.deepStrictEqual(yield* removed("2026-11-05"), [days[2]])
        assert.deepStrictEqual(yield* counted, { keys: null, segments: 0 })
      })
      yield* Effect.provide(body, PostgresSink.layerUrl({ url }))
    })
  )
})

describe("an export that keeps its days for some time", () => {
  it.effect("takes older ones away, does not read them again, and misses none of them", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("108 hours")
      const directory = yield* Files.temporary
      const run = (keep: Duration.Input | undefined) =>
        World.running(
          Effect.provide(
            Effect.all([Exporter.conversations({ since: World.first, keep, again: 0 }), noted]),
            Layer.fresh(NdjsonSink.layer({ directory }))
          ),
          "2 seconds",
          1
        )
      const [all] = yield* run(undefined)
      assert.lengthOf(all.done, 5)
      assert.isUndefined(all.removed)
      yield* TestClock.adjust("1 day")
      const [kept, held] = yield* run("2 days")
      const names = ["1970-03-04", "1970-03-05", "1970-03-06"] as const
      assert.deepStrictEqual(kept.removed, { before: names[0], days: ["1970-03-01", "1970-03-02", "1970-03-03"] })
      assert.deepStrictEqual(
        held,
        names.map((day) => `conversations/${day}`)
      )
      assert.deepStrictEqual(
        Fs.readdirSync(join(directory, "conversations")).toSorted(),
        names.map((day) => `${day}.ndjson`)
      )
      const [again] = yield* run("2 days")
      assert.isTrue(again.done.every(({ partition: { day = "" } }) => day >= names[0]))
      assert.isBelow(Duration.toHours(again.lag), 24)
      assert.deepStrictEqual(again.removed, { before: names[0], days: [] })
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: 2 })))
  )

  const world = (kind: typeof layout | typeof Kinds.users.layout, available: number) => {
    const asked: Array<string> = []
    const sink = Sink.of({
      checkpoint: Effect.succeed({}),
      write: () => Effect.void,
      remove: ({ before }) => Effect.sync(() => (asked.push(before), []))
    })
    const source = {
      kind,
      lag: () => 0,
      org: Effect.succeed(Option.none()),
      plan: () => Effect.succeed({ units: [], available })
    }
    const run = (keep: Duration.Input, service = sink) =>
      Effect.provideService(Exporter.runOnce(source, { keep }), Sink, service)
    return { asked, run, sink }
  }

  it.effect("takes no more away than both clocks allow, and keeps a day at least", () =>
    Effect.gen(function* () {
      const now = Date.parse("2026-11-10T12:00:00Z")
      yield* TestClock.setTime(now)
      const ahead = world(layout, now + 365 * 86_400_000)
      yield* ahead.run("7 days")
      yield* ahead.run("1 second")
      const behind = world(layout, now - 3 * 86_400_000)
      yield* behind.run("7 days")
      assert.deepStrictEqual([...ahead.asked, ...behind.asked], ["2026-11-03", "2026-11-09", "2026-10-31"])
    })
  )

  it.effect("is refused of what has no days, and by a sink that cannot take any away", () =>
    Effect.gen(function* () {
      const users = world(Kinds.users.layout, 0)
      const refused = yield* Effect.flip(users.run("7 days"))
      assert.match(refused.message, /^keep is for what goes by days, such as conversations: users is read as a whole/)
      assert.isEmpty(users.asked)
      const { remove: _, ...without } = users.sink
      const error = yield* Effect.flip(world(layout, 0).run("7 days", without))
      assert.match(error.message, /cannot take days away/)
    })
  )
})
