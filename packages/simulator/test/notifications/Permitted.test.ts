/** Topics that a client may not subscribe to, and the events that whoever listens all the while is told. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { UserListing } from "../../src/api/DirectoryApi.ts"
import { Channel } from "../../src/api/NotificationsApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login } from "../support/Calls.ts"

const channels = "/api/v2/notifications/channels"
const hour = 3_600_000

it.effect("a topic that is not permitted costs a 403, or is rejected alone", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const { body } = yield* call(token, "POST", channels)
    const path = `${channels}/${(yield* Schema.decodeUnknownEffect(Channel)(body)).id}/subscriptions`
    const topics = ["v2.users.u.presence", "v2.routing.queues.q.conversations"].map((id) => ({ id }))
    for (const method of ["POST", "PUT"] as const) {
      const refused = yield* call(token, method, path, topics)
      assert.strictEqual(refused.status, 403)
      assert.nestedInclude(refused.body, {
        code: "missing.permissions",
        message:
          "Unable to perform the requested action. You are missing the following permission(s): routing:queue:view"
      })
      assert.deepStrictEqual((yield* call(token, "GET", path)).body, { entities: [] })
    }
    for (const method of ["POST", "PUT"] as const) {
      const { body: answer, status } = yield* call(token, method, `${path}?ignoreErrors=true`, topics)
      assert.strictEqual(status, 200)
      assert.nestedInclude(answer, {
        "entities[0].state": "Permitted",
        "entities[1].id": "v2.routing.queues.q.conversations",
        "entities[1].state": "Rejected",
        "entities[1].missingPermissions[0]": "routing:queue:view"
      })
      assert.notNestedProperty((yield* call(token, "GET", path)).body, "entities[1]")
    }
    assert.strictEqual((yield* call(token, "PUT", `${path}?ignoreErrors=perhaps`, topics)).status, 400)
  }).pipe(
    Effect.provide(
      Simulator.layerHttpClient({
        clients: [{ id: "one", secret: Redacted.make("s"), permissions: ["directory:user:view"] }]
      })
    )
  )
)

it.effect("of an event, each of a user's topics has the correlation id of the operation", () =>
  Effect.gen(function* () {
    const { events } = yield* Simulator
    const token = yield* login()
    const { body } = yield* call(token, "GET", "/api/v2/users?pageSize=20")
    const ids = (yield* Schema.decodeUnknownEffect(UserListing)(body)).entities.map(({ id }) => id)
    const ofAll = (what: string) =>
      events(
        ids.map((id) => `v2.users.${id}.${what}`),
        0,
        12 * hour
      )
    const [presences, statuses] = [ofAll("presence"), ofAll("routingStatus")]
    assert.isAbove(presences.length, 50)
    assert.isAbove(statuses.length, 50)
    assert.isTrue(
      presences.every(({ at }, place) => at > 0 && at <= 12 * hour && (presences[place - 1]?.at ?? 0) <= at + 60_000)
    )
    const operations = new Set(presences.map(({ correlationId }) => correlationId))
    assert.strictEqual(operations.size, presences.length)
    // Who comes or goes changes both at once; who takes a call, the routing status alone.
    const momentOf = ({ at, topicName }: (typeof presences)[number]) => `${topicName.split(".")[2]} ${at}`
    const byMoment = new Map(presences.map((event) => [momentOf(event), event.correlationId]))
    const both = statuses.filter((event) => byMoment.has(momentOf(event)))
    assert.isAbove(both.length, 20)
    for (const event of both) assert.strictEqual(event.correlationId, byMoment.get(momentOf(event)))
    assert.isAbove(statuses.length, both.length)
    assert.deepStrictEqual(ofAll("presence"), presences)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
