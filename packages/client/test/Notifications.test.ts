import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Notifications } from "../src/Notifications.ts"
import type { NotificationEvent } from "../src/NotificationEvent.ts"
import * as Live from "./Live.ts"

it.effect("smoke", () =>
  Effect.gen(function* () {
    const notifications = yield* Notifications
    const got: Array<NotificationEvent> = []
    yield* Effect.forkChild(
      Stream.runForEach(notifications.listen(["v2.users.x.presence"]), (e) => Effect.sync(() => got.push(e))),
      { startImmediately: true }
    )
    yield* Live.pass("10 minutes")
    console.log(got)
    const journal = yield* Simulator.use((s) => s.journal)
    console.log(journal.requests.map((r) => [r.time, r.method, r.path, r.status].join(" ")).join("\n"))
    assert.isNotEmpty(got)
  }).pipe(Effect.provide(Live.layer({ tokenLifetime: 300 })))
)
