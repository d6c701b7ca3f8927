/**
 * How long the rows of a day of 1,000,000 conversations take to compute and to write as JSON: microseconds for each, and bytes.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Conversations } from "../src/internal/analytics/conversations.ts"
import { Settings } from "../src/internal/shared/settings.ts"
import { Users } from "../src/internal/directory/users.ts"

const rows = 100_000
const moment = Date.parse("2026-11-10T00:00:00Z")

const measured = Effect.gen(function* () {
  const world = yield* Conversations
  const first = world.firstFrom(Date.parse("2026-11-01T00:00:00Z"))
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    let bytes = 0
    for (let index = first; index < first + rows; index++) bytes += JSON.stringify(world.get(index, moment)).length
    const { system, user } = process.cpuUsage(before)
    console.log(`${((user + system) / rows).toFixed(1)} µs and ${Math.round(bytes / rows)} bytes a row`)
  }
}).pipe(
  Effect.provide(
    Conversations.layer.pipe(
      Layer.provide(Users.layer),
      Layer.provide(Settings.layer({ conversationsPerHour: 41_667 }))
    )
  )
)

await Effect.runPromise(measured)
