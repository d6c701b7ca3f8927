/** Jobs that keep lists: several in one place, what they tell, what is gone, and what is wrong with one of them. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Files from "../../../../packages/export/test/Files.ts"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as InProcess from "../support/InProcess.ts"
import * as Settings from "../support/Settings.ts"

const run = Effect.fnUntraced(function* (directory: string, jobs: ReadonlyArray<object>) {
  const file = join(directory, "worker.json")
  const sink = { ndjson: join(directory, "copy") }
  writeFileSync(file, JSON.stringify({ jobs: jobs.map((job) => Object.assign({ every: "1h", sink }, job)) }))
  return yield* InProcess.run(["run", "--file", file, "--once"], yield* Settings.env)
})
const folder = () => mkdtempSync(join(tmpdir(), "genesys-lists-"))

const jobs = [
  { name: "queues", kind: "queues" },
  { name: "members", kind: "queue_members" },
  { name: "codes", kind: "wrap_up_codes" },
  { name: "people", kind: "users" },
  { name: "contacts", kind: "external_contacts" },
  {
    name: "some",
    kind: "list",
    operation: "getRoutingSkills",
    parameters: { pageSize: 10, name: "Billing" },
    into: "some_skills"
  },
  { name: "skills", kind: "list", operation: "RoutingApi.getRoutingSkills" }
]

describe("jobs of lists", () => {
  it.live(
    "keep several in one directory, and mark what is gone",
    () =>
      Effect.gen(function* () {
        const { changeItem, list } = yield* Simulator
        const directory = folder()
        const first = yield* run(directory, jobs)
        assert.strictEqual(first.code, 0, first.stderr)
        const copy = join(directory, "copy")
        const layoutOf = (name: Kinds.ListName) => Kinds.lists[name].layout
        assert.strictEqual(
          Files.rows(copy, layoutOf("external_contacts")).size,
          (yield* list("externalContacts")).length
        )
        const [code] = yield* list("wrapUpCodes")
        const [member] = yield* list("queueMembers")
        yield* changeItem(code?.id ?? "", { deleted: true })
        yield* changeItem(`${Schema.decodeUnknownSync(Schema.String)(member?.["queueId"])}:${member?.id}`, {
          deleted: true
        })
        const second = yield* run(directory, jobs)
        assert.strictEqual(second.code, 0, second.stderr)
        assert.deepStrictEqual([...Files.deleted(copy, layoutOf("wrap_up_codes")).keys()], [code?.id])
        assert.lengthOf([...Files.deleted(copy, layoutOf("queue_members")).keys()], 1)
        assert.strictEqual(Files.deleted(copy, layoutOf("queues")).size, 0)
        const checkpoint = JSON.parse(readFileSync(join(copy, "checkpoint.json"), "utf8"))
        assert.deepStrictEqual(Object.keys(checkpoint.partitions).toSorted(), [
          "external_contacts",
          "list_routing_skills",
          "list_some_skills",
          "queue_members",
          "queues",
          "users",
          "wrap_up_codes"
        ])
      }).pipe(Effect.provide(Simulator.layer({ rateLimit: { limit: 1_000_000 }, users: 15 }))),
    60_000
  )

  it.live(
    "keep several copies, each of which is read on by itself later",
    () =>
      Effect.gen(function* () {
        const directory = folder()
        const sink = [{ ndjson: join(directory, "copy") }, { ndjson: join(directory, "zipped"), compression: "gzip" }]
        const simulator = yield* Simulator
        const first = yield* run(directory, [{ name: "codes", kind: "wrap_up_codes", sink }])
        assert.strictEqual(first.code, 0, first.stderr)
        const { layout } = Kinds.lists.wrap_up_codes
        const codes = Files.rows(join(directory, "copy"), layout)
        assert.strictEqual(codes.size, (yield* simulator.list("wrapUpCodes")).length)
        assert.deepStrictEqual(Files.rows(join(directory, "zipped"), layout), codes)
        const calls = Effect.map(
          simulator.journal,
          ({ requests }) => requests.filter(({ path }) => path.endsWith("/wrapupcodes")).length
        )
        const both = yield* calls
        const alone = yield* run(directory, [{ name: "codes", kind: "wrap_up_codes", sink: sink[1] }])
        assert.strictEqual(alone.code, 0, alone.stderr)
        assert.strictEqual(both, (yield* calls) - both)
      }).pipe(Effect.provide(Simulator.layer({ rateLimit: "off" }))),
    60_000
  )

  it.live(
    "fail alone, with what is missing or wrong",
    () =>
      Effect.gen(function* () {
        for (const [job, code, why] of [
          [{ name: "a", kind: "teams" }, 4, /groups:team:view/],
          [
            { name: "a", kind: "list", operation: "getRoutingSkilz" },
            2,
            /no operation getRoutingSkilz.*getRoutingSkills/
          ],
          [{ name: "a", kind: "list", operation: "getRoutingQueueMembers" }, 2, /parameter queueId/]
        ] as const) {
          const ended = yield* run(folder(), [job, { name: "b", kind: "skills" }])
          assert.strictEqual(ended.code, code, ended.stderr)
          assert.match(ended.stderr + (ended.error ?? ""), why)
          assert.match(ended.stderr, /job done  job=b/)
        }
      }).pipe(
        Effect.provide(
          Simulator.layer({
            clients: [
              { id: "few", secret: Redacted.make("secret"), permissions: ["routing:skill:view", "routing:queue:view"] }
            ]
          })
        )
      ),
    60_000
  )
})
