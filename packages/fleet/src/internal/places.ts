/** Places of a fleet: each is in one process at a time, whichever the cluster says, and what belongs together is done in one of them. */
import * as AtWork from "@effect-genesys/core/AtWork"
import type { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as RcMap from "effect/RcMap"

export interface Place {
  /** Opens when the place is here. */
  readonly here: Latch.Latch
  /** Opens when it is not. */
  readonly away: Latch.Latch
  /** Counts what is at work here: the place is given away when all of that has ended. */
  readonly atWork: AtWork.AtWork["counted"]
}

/** By their names; each is asked for as long as somebody uses it. */
export const make = (sharding: Sharding["Service"], shardGroup: string) =>
  RcMap.make({
    lookup: Effect.fnUntraced(function* (name: string) {
      const here = Latch.makeUnsafe(false)
      const away = Latch.makeUnsafe(true)
      const { counted, idle } = AtWork.make()
      const turn = (isHere: boolean) =>
        Effect.sync(() => {
          const [opened, closed] = isHere ? [here, away] : [away, here]
          closed.closeUnsafe()
          opened.openUnsafe()
        })
      const place: Place = { here, away, atWork: counted }
      yield* sharding.registerSingleton(
        `place/${name}`,
        Effect.acquireUseRelease(
          turn(true),
          () => Effect.never,
          () => Effect.andThen(turn(false), idle)
        ),
        { shardGroup }
      )
      return place
    })
  })
