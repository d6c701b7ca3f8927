/** `genesys export`: any list into a file or a directory, and what it refuses. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as FactsTruth from "../../../../packages/export/test/FactsTruth.ts"
import * as Files from "../../../../packages/export/test/Files.ts"
import { factNames } from "@effect-genesys/export/FactNames"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as Cli from "../support/Cli.ts"
import * as InProcess from "../support/InProcess.ts"

const lines = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line))
const skills = { ...Kinds.list.layout, name: "list_routing_skills" }

layer(
  Simulator.layer({
    rateLimit: { limit: 1_000_000 },
    users: 20,
    conversationsPerHour: 5,
    jobQueueTime: 0.05,
    jobRunTime: 0.1
  }),
  {
    excludeTestServices: true
  }
)("genesys export", ({ effect }) => {
  const run = (...args: ReadonlyArray<string>) =>
    Effect.flatMap(InProcess.simulated, (env) => InProcess.run(["export", ...args], env))

  effect("puts a list that has a name, and any other, into a file", () =>
    Effect.gen(function* () {
      const folder = Cli.folder()
      const { list } = yield* Simulator
      const flows = yield* run("flows", "--out", join(folder, "flows.ndjson"))
      assert.deepStrictEqual([flows.code, flows.stdout], [0, ""], flows.stderr)
      assert.lengthOf(lines(join(folder, "flows.ndjson")), (yield* list("flows")).length)
      const members = yield* run("queue_members", "--out", join(folder, "members.ndjson"))
      assert.strictEqual(members.code, 0, members.stderr)
      const [member] = lines(join(folder, "members.ndjson"))
      assert.containsAllKeys(member, ["_key", "queueId", "id", "ringNumber"])
      assert.lengthOf(lines(join(folder, "members.ndjson")), (yield* list("queueMembers")).length)
      const file = join(folder, "skills.ndjson")
      const any = yield* run("list", "--operation", "getRoutingSkills", "--param", "pageSize=7", "--out", file)
      assert.strictEqual(any.code, 0, any.stderr)
      assert.lengthOf(lines(file), (yield* list("skills")).length)
    })
  )

  effect("puts what happened on days into a file, and keeps it in a directory", () =>
    Effect.gen(function* () {
      const folder = Cli.folder()
      const { now } = yield* Simulator
      const at = yield* now
      const dayOf = (back: number) => new Date(at - back * 86_400_000).toISOString().slice(0, 10)
      const days = [dayOf(3), dayOf(2)]
      const interval = ["--interval", `${dayOf(3)}/${dayOf(1)}`]
      for (const kind of factNames) {
        const { key } = Kinds.facts[kind].layout
        const there = (yield* FactsTruth.ofDays(kind, days)).map((row) => String(row[key])).toSorted()
        const file = join(folder, `${kind}.ndjson`)
        const once = yield* run(kind, ...interval, "--out", file)
        assert.deepStrictEqual([once.code, once.stdout], [0, ""], once.stderr)
        assert.deepStrictEqual(
          lines(file)
            .map((row) => String(row[key]))
            .toSorted(),
          there
        )
        const kept = yield* run(kind, ...interval, "--out", join(folder, "copy/"))
        assert.strictEqual(kept.code, 0, kept.stderr)
        assert.deepStrictEqual([...Files.rows(join(folder, "copy"), Kinds.facts[kind].layout).keys()].toSorted(), there)
      }
      const wrong = [
        [["audits", "--out", "a.ndjson"], "--interval 2025-11-03/2025-11-10"],
        [["audits", "--interval", "2025-11-03T08:00Z/2025-11-04", "--out", "a.ndjson"], "whole UTC days"],
        [["audits", "--interval", "2025-11-03", "--key", "id", "--out", "a.ndjson"], "--key"],
        [["queues", "--interval", "2025-11-03", "--out", "a.ndjson"], "--interval"],
        [["everything", "--out", "a/"], "--interval 2025-11-03/2025-11-10"],
        [["everything", "--interval", "2025-11-03", "--out", "a.ndjson"], "does not fit into one file"],
        [["everything", "--interval", "2025-11-03", "--rows", "x", "--out", "a/"], "--rows is for genesys export list"]
      ] as const
      for (const [args, said] of wrong) {
        const { code, stderr } = yield* run(...args)
        assert.strictEqual(code, 2)
        assert.include(stderr, said)
      }
    })
  )

  effect("keeps a list in a directory, and marks what is gone", () =>
    Effect.gen(function* () {
      const { changeItem, list } = yield* Simulator
      const directory = join(Cli.folder(), "copy/")
      const args = ["list", "--operation", "RoutingApi.getRoutingSkills", "--out", directory]
      assert.strictEqual((yield* run(...args)).code, 0)
      const [first] = yield* list("skills")
      yield* changeItem(first?.id ?? "", { deleted: true })
      const again = yield* run(...args)
      assert.strictEqual(again.code, 0, again.stderr)
      assert.deepStrictEqual([...Files.deleted(directory, skills).keys()], [first?.id])
      // Longer pages are no other list.
      assert.strictEqual((yield* run(...args, "--param", "pageSize=7")).code, 0)
      // Another list does not take its place.
      assert.strictEqual((yield* run(...args, "--rows", "others")).code, 2)
      const other = yield* run(
        "list",
        "--operation",
        "getRoutingLanguages",
        "--into",
        "routing_skills",
        "--out",
        directory
      )
      assert.strictEqual(other.code, 2)
      assert.match(
        other.stderr,
        /was exported to list_routing_skills there is of another list.*GET \/api\/v2\/routing\/skills [0-9a-f]{16}\).*into/
      )
      const elsewhere = yield* run("list", "--operation", "getRoutingLanguages", "--into", "words", "--out", directory)
      assert.strictEqual(elsewhere.code, 0, elsewhere.stderr)
      assert.isAbove(Files.rows(directory, { ...skills, name: "list_words" }).size, 5)
    })
  )

  effect("says in one file what is missing, and exits with 1", () =>
    Effect.gen(function* () {
      const { addFault, changeItem, clearFaults, list } = yield* Simulator
      const folder = Cli.folder()
      // Genesys gives no more than the first page, after two calls that tell the time.
      const path = "/api/v2/stations"
      const entities = Array.from({ length: 100 }, (_, number) => ({ id: `station-${number}` }))
      const body = { entities, pageNumber: 1, pageSize: 100, pageCount: 3, total: 300 }
      yield* addFault({ path, status: 200, body, times: 3 })
      yield* addFault({ path, status: 400 })
      const cut = yield* run("stations", "--out", join(folder, "stations.ndjson"))
      yield* clearFaults
      assert.strictEqual(cut.code, 1, cut.stderr)
      assert.match(cut.stderr, /stations\.ndjson has the 100 rows that there are to be had/)
      assert.match(cut.stderr, /gives no more of this list/)
      assert.lengthOf(lines(join(folder, "stations.ndjson")), 100)
      // One that says nothing of its length, and has nothing.
      const units = yield* list("businessUnits")
      for (const { id } of units) yield* changeItem(id, { deleted: true })
      const empty = yield* run("business_units", "--out", join(folder, "units.ndjson"))
      assert.strictEqual(empty.code, 1, empty.stderr)
      assert.match(empty.stderr, /business_units may not be whole: it is empty, and does not say/)
      for (const { stderr } of [cut, empty]) assert.notMatch(stderr, /deleted/)
      assert.strictEqual(readFileSync(join(folder, "units.ndjson"), "utf8"), "")
      // In a copy, the log says it, and that nothing is marked.
      const copy = yield* run("business_units", "--out", join(folder, "copy/"))
      assert.strictEqual(copy.code, 0, copy.stderr)
      assert.match(copy.stderr, /nothing of it is taken to be deleted/)
    })
  )

  effect("refuses what is no list, and says what would be right", () =>
    Effect.gen(function* () {
      const out = ["--out", join(Cli.folder(), "x/")]
      for (const [args, code, why] of [
        [["list"], 2, /--operation/],
        [["list", "--operation", "deleteUser"], 2, /--operation is not valid: it must be an operation/],
        [
          ["list", "--operation", "getRoutingSkilz"],
          2,
          /no operation getRoutingSkilz\. Did you mean .*getRoutingSkills/
        ],
        [["list", "--operation", "postUsers"], 2, /postUsers gives no list: it is POST/],
        [["list", "--operation", "getRoutingQueueMembers"], 2, /needs the parameter queueId\. .*--param queueId=/],
        [["list", "--operation", "getOauthClients", "--key", "secret"], 2, /secret is never written down/],
        [["list", "--operation", "getRoutingSkills", "--param", "__proto__=x"], 2, /no parameter "__proto__"/],
        [["list", "--operation", "getRoutingSkills", "--param", "nam=x"], 2, /no parameter "nam"\. Did you mean name/],
        [["list", "--operation", "getRoutingSkills", "--param", "name"], 2, /write name=value/],
        [
          ["list", "--operation", "getRoutingSkills", "--into", "../../etc"],
          2,
          /--into is not valid: it must be at most 40/
        ],
        [["list", "--operation", "getRoutingSkills", "--key", "_asOf"], 2, /--key is not valid/],
        [["list", "--operation", "getRoutingSkills", "--body", "{}"], 2, /takes no body/],
        [["list", "--operation", "postUsersSearch", "--body", "{"], 2, /--body is not JSON/],
        [["queues", "--operation", "getUsers"], 2, /--operation is for genesys export list/],
        [["queues", "--param", "a=b"], 2, /--param is for genesys export list/],
        [["users"], 2, /kind/]
      ] as const) {
        const { code: found, stderr } = yield* run(...args, ...out)
        assert.strictEqual(found, code, `${args.join(" ")}: ${stderr}`)
        assert.match(stderr, why)
      }
    })
  )

  effect("reads a list within, a search, and one that names its rows otherwise", () =>
    Effect.gen(function* () {
      const { list } = yield* Simulator
      const folder = Cli.folder()
      const [group] = yield* list("groups")
      const of = (name: string, ...args: ReadonlyArray<string>) =>
        Effect.map(run("list", "--out", join(folder, name), ...args), ({ code, stderr }) => {
          assert.strictEqual(code, 0, stderr)
          return lines(join(folder, name))
        })
      const operation = (name: string) => ["--operation", name]
      yield* of("members", ...operation("getGroupMembers"), "--param", `groupId=${group?.id}`)
      const body = JSON.stringify({ query: [{ type: "MATCH_ALL" }] })
      assert.lengthOf(yield* of("people", ...operation("postUsersSearch"), "--body", body), 20)
      assert.lengthOf(yield* of("topics", ...operation("getNotificationsAvailabletopics"), "--rows", "entities"), 3)
      const clients = yield* of("clients", ...operation("getOauthClients"))
      assert.notProperty(clients[0], "secret")
      assert.lengthOf(
        yield* of("skillgroups", ...operation("getRoutingSkillgroups")),
        (yield* list("skillGroups")).length
      )
      assert.lengthOf(yield* of("teams", ...operation("getTeams")), (yield* list("teams")).length)
      const contacts = yield* of("contacts", ...operation("getExternalcontactsScanContacts"))
      assert.lengthOf(contacts, (yield* list("externalContacts")).length)
    })
  )
})
