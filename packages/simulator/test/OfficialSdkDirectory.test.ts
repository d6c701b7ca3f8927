/**
 * Directory, usage and notifications as the official SDK sees them.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../src/Simulator.ts"
import * as Sdk from "./support/Sdk.ts"

layer(Simulator.layer({ users: 30 }), { excludeTestServices: true })("the official SDK", (it) => {
  it.effect("lists users, queues and the org", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const users = new pc.UsersApi(client)
      const expand = ["presence", "routingStatus"]
      const page = yield* Sdk.ask(() => users.getUsers({ pageSize: 5, pageNumber: 2, state: "any", expand }))
      assert.strictEqual(page.total, 30)
      const second = page.entities?.[1]
      assert.isString(second?.presence?.presenceDefinition?.systemPresence)
      const user = yield* Sdk.ask(() => users.getUser(second?.id ?? "", { expand }))
      assert.strictEqual(user.name, second?.name)
      const queues = yield* Sdk.ask(() => new pc.RoutingApi(client).getRoutingQueues({ name: "Sales" }))
      assert.strictEqual(queues.entities?.[0]?.name, "Sales")
      const org = yield* Sdk.ask(() => new pc.OrganizationApi(client).getOrganizationsMe())
      assert.strictEqual(org.name, "Your Company")
    })
  )

  it.effect("makes a channel, subscribes and verifies it", () =>
    Effect.gen(function* () {
      const api = new pc.NotificationsApi(yield* Sdk.loggedIn())
      const channel = yield* Sdk.ask(() => api.postNotificationsChannels())
      const id = channel.id ?? ""
      assert.match(channel.connectUri ?? "", /^ws:\/\/127\.0\.0\.1:\d+\/channels\//)
      const topics = [{ id: "v2.users.1.presence" }]
      const added = yield* Sdk.ask(() => api.postNotificationsChannelSubscriptions(id, topics))
      assert.strictEqual(added.entities?.[0]?.state, "Permitted")
      yield* Sdk.ask(() => api.headNotificationsChannel(id))
      yield* Sdk.ask(() => api.deleteNotificationsChannelSubscriptions(id))
      const left = yield* Sdk.ask(() => api.getNotificationsChannelSubscriptions(id))
      assert.deepStrictEqual(left.entities, [])
      assert.strictEqual((yield* Sdk.ask(() => api.getNotificationsChannels())).entities?.length, 1)
      const available = yield* Sdk.ask(() => api.getNotificationsAvailabletopics({ expand: ["description"] }))
      assert.nestedProperty(available, "entities[1].description")
      assert.notNestedProperty(available, "entities[1].transports")
    })
  )

  it.effect("asks for the usage", () =>
    Effect.gen(function* () {
      const { advanceClock } = yield* Simulator
      const api = new pc.UsageApi(yield* Sdk.loggedIn())
      const execution = yield* Sdk.ask(() => api.postUsageQuery({ interval: "2020-01-01/2100-01-01" }))
      yield* advanceClock(1)
      const result = yield* Sdk.ask(() => api.getUsageQueryExecutionIdResults(execution.executionId ?? ""))
      assert.strictEqual(result.queryStatus, "Complete")
    })
  )
})
