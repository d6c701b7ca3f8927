/**
 * The lists of the org: each as the official SDK reads it, with what the control API says that there is, with Genesys' paging,
 * permissions and refusals; and what comes and goes.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import pc from "purecloud-platform-client-v2"
import { ListPage } from "../../src/api/ListsApi.ts"
import { specs } from "../../src/internal/lists/specs.ts"
import { Simulator } from "../../src/Simulator.ts"
import * as Schema from "effect/Schema"
import { call, login } from "../support/Calls.ts"
import * as Sdk from "../support/Sdk.ts"

const sorted = (texts: ReadonlyArray<string>) => texts.toSorted()
/** What is a text of an item. */
const text = Schema.decodeUnknownSync(Schema.String)

type Listing = { readonly entities?: ReadonlyArray<{ readonly id?: string }> }

const idsOf = ({ entities = [] }: Listing) => sorted(entities.map(({ id }) => id ?? ""))

layer(Simulator.layer({ users: 30 }), { excludeTestServices: true })("the official SDK", ({ effect }) => {
  effect("reads each list", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const [routing, groups, teams] = [new pc.RoutingApi(client), new pc.GroupsApi(client), new pc.TeamsApi(client)]
      const [architect, quality, outbound] = [
        new pc.ArchitectApi(client),
        new pc.QualityApi(client),
        new pc.OutboundApi(client)
      ]
      const [auth, wfm] = [new pc.AuthorizationApi(client), new pc.WorkforceManagementApi(client)]
      const page = { pageSize: 200 }
      const reads: Readonly<Record<string, () => Promise<Listing>>> = {
        wrapUpCodes: () => routing.getRoutingWrapupcodes(page),
        skills: () => routing.getRoutingSkills(page),
        skillGroups: () => routing.getRoutingSkillgroups({ pageSize: 100 }),
        languages: () => routing.getRoutingLanguages(page),
        divisions: () => auth.getAuthorizationDivisions(page),
        roles: () => auth.getAuthorizationRoles(page),
        groups: () => groups.getGroups(page),
        teams: () => teams.getTeams(page),
        presenceDefinitions: async () => {
          const api = new pc.PresenceApi(client)
          const [active, others] = [
            await api.getPresenceDefinitions0(),
            await api.getPresenceDefinitions0({ deactivated: "TRUE" })
          ]
          return { entities: [...(active.entities ?? []), ...(others.entities ?? [])] }
        },
        flows: () => architect.getFlows(page),
        flowOutcomes: () => architect.getFlowsOutcomes(page),
        locations: () => new pc.LocationsApi(client).getLocations(page),
        stations: () => new pc.StationsApi(client).getStations(page),
        schedules: () => architect.getArchitectSchedules(page),
        evaluationForms: () => quality.getQualityFormsEvaluations(page),
        surveyForms: () => quality.getQualityFormsSurveys(page),
        businessUnits: () => wfm.getWorkforcemanagementBusinessunits(),
        managementUnits: () => wfm.getWorkforcemanagementManagementunits(),
        campaigns: () => outbound.getOutboundCampaigns({ pageSize: 100 }),
        contactLists: () => outbound.getOutboundContactlists({ pageSize: 100 }),
        externalOrganizations: () =>
          new pc.ExternalContactsApi(client).getExternalcontactsScanOrganizations({ limit: 200 })
      }
      const { list } = yield* Simulator
      for (const [name, read] of Object.entries(reads)) {
        const there = yield* list(Schema.decodeUnknownSync(Schema.Literals(names))(name))
        assert.deepStrictEqual(idsOf(yield* Sdk.ask(read)), idsOf({ entities: there }), name)
      }
      assert.deepStrictEqual([...Object.keys(reads), "externalContacts"].toSorted(), [...names].toSorted())
      const clients = yield* Sdk.ask(() => new pc.OAuthApi(client).getOauthClients())
      assert.notProperty(clients.entities?.[0], "secret")
      const [queue] = (yield* Sdk.ask(() => routing.getRoutingQueues())).entities ?? []
      const members = yield* Sdk.ask(() => routing.getRoutingQueueMembers(queue?.id ?? "", { pageSize: 100 }))
      assert.strictEqual(members.entities?.length, queue?.memberCount)
    })
  )

  effect("goes on at a cursor, and at the address of the next page", () =>
    Effect.gen(function* () {
      const api = new pc.ExternalContactsApi(yield* Sdk.loggedIn())
      const ids: Array<string> = []
      let cursor: string | undefined
      do {
        const page = yield* Sdk.ask(() =>
          api.getExternalcontactsScanContacts({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
        )
        ids.push(...idsOf(page))
        cursor = page.cursors?.after
      } while (cursor !== undefined)
      const { list } = yield* Simulator
      assert.deepStrictEqual(sorted(ids), idsOf({ entities: yield* list("externalContacts") }))
      assert.isAbove(ids.length, 450)
    })
  )
})

const names = [
  "wrapUpCodes",
  "skills",
  "languages",
  "divisions",
  "roles",
  "groups",
  "teams",
  "presenceDefinitions",
  "flows",
  "flowOutcomes",
  "locations",
  "stations",
  "schedules",
  "evaluationForms",
  "surveyForms",
  "businessUnits",
  "managementUnits",
  "campaigns",
  "contactLists",
  "externalContacts",
  "externalOrganizations",
  "skillGroups"
] as const

const few = { id: "few", secret: Redacted.make("s"), permissions: ["groups:team:view"] }

describe("a list", () => {
  it.effect("is refused to whoever may not see it, with the permission that would do", () =>
    Effect.gen(function* () {
      const token = yield* login({ id: "few", secret: "s" })
      for (const { path, permissions } of Object.values(specs)) {
        const { body, status } = yield* call(token, "GET", path)
        const allowed = permissions.length === 0 || permissions.some((one) => one === "groups:team:view")
        assert.strictEqual(status, allowed ? 200 : 403, path)
        if (!allowed) assert.include(JSON.stringify(body), permissions[0] ?? "")
      }
    }).pipe(Effect.provide(Simulator.layerHttpClient({ clients: [few] })))
  )

  it.effect("refuses pages that are too long, cursors that are none, and the members of nobody", () =>
    Effect.gen(function* () {
      const token = yield* login()
      for (const [path, status] of [
        ["/api/v2/outbound/campaigns?pageSize=101", 400],
        ["/api/v2/routing/skills?pageSize=501", 400],
        ["/api/v2/routing/queues/none/members", 404],
        ["/api/v2/groups/none/members", 404],
        ["/api/v2/teams?after=none", 400],
        ["/api/v2/externalcontacts/scan/contacts?cursor=%20", 400],
        ["/api/v2/externalcontacts/scan/contacts?limit=201", 400],
        ["/api/v2/presence/definitions?deactivated=perhaps", 400]
      ] as const)
        assert.strictEqual((yield* call(token, "GET", path)).status, status, path)
    }).pipe(Effect.provide(Simulator.layerHttpClient()))
  )

  it.effect("changes as time goes by, and not before; what a conversation names is always there", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-10T12:00:00Z"))
      const { list } = yield* Simulator
      const [before, flows] = [yield* list("wrapUpCodes"), yield* list("flows")]
      assert.deepStrictEqual(yield* list("wrapUpCodes"), before)
      yield* TestClock.adjust("7 days")
      const after = yield* list("wrapUpCodes")
      const gone = before.filter(({ id }) => !after.some((item) => item.id === id))
      assert.lengthOf(gone, 2)
      assert.lengthOf(after, before.length)
      const renamed = (yield* list("flows")).filter(({ id, name }) =>
        flows.some((item) => item.id === id && item["name"] !== name)
      )
      assert.isAbove(renamed.length, 0)
      for (const name of ["Resolved", "Follow-up", "Escalated", "No answer"])
        assert.isTrue(after.some((item) => item["name"] === name))
    }).pipe(Effect.provide(Simulator.layerHttpClient()))
  )

  it.effect("lacks what was deleted, until it is brought back, and has what was renamed by its new name", () =>
    Effect.gen(function* () {
      const token = yield* login()
      const read = Effect.map(call(token, "GET", "/api/v2/routing/skills?pageSize=100"), ({ body }) =>
        Schema.decodeUnknownSync(ListPage)(body)
      )
      const { changeItem, list } = yield* Simulator
      const [first, second] = (yield* read).entities
      const [a, b] = [text(first?.["id"]), text(second?.["id"])]
      yield* changeItem(a, { deleted: true })
      yield* changeItem(b, { name: "Zulu" })
      const now = yield* read
      assert.strictEqual(now.total, (yield* list("skills")).length)
      assert.isFalse(now.entities.some(({ id }) => id === a))
      assert.strictEqual(now.entities.at(-1)?.["name"], "Zulu")
      yield* changeItem(a, { deleted: false })
      assert.isTrue((yield* read).entities.some(({ id }) => id === a))
      const [queue] = yield* list("queueMembers")
      const member = `${text(queue?.["queueId"])}:${queue?.id}`
      const members = (yield* list("queueMembers")).length
      yield* changeItem(member, { deleted: true })
      assert.lengthOf(yield* list("queueMembers"), members - 1)
      yield* changeItem(text(queue?.["queueId"]), { deleted: true })
      assert.strictEqual(
        (yield* call(token, "GET", `/api/v2/routing/queues/${text(queue?.["queueId"])}/members`)).status,
        404
      )
    }).pipe(Effect.provide(Simulator.layerHttpClient({ users: 40 })))
  )

  it.effect("is told and changed by the control API, too", () =>
    Effect.gen(function* () {
      const { body } = yield* call(undefined, "GET", "/_control/lists/languages")
      const [line = ""] = String(body).split("\n")
      const item: { readonly id: string } = JSON.parse(line)
      assert.strictEqual((yield* call(undefined, "POST", `/_control/items/${item.id}`, { deleted: true })).status, 204)
      const after = yield* call(undefined, "GET", "/_control/lists/languages")
      assert.notInclude(String(after.body), item.id)
      assert.strictEqual((yield* call(undefined, "GET", "/_control/lists/none")).status, 400)
    }).pipe(Effect.provide(Simulator.layerHttpClient()))
  )
})
