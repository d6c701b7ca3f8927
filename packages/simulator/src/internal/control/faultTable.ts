/**
 * The faults that are in force, and which of them a request gets. It decides; the gate carries it out.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Fault } from "../../Fault.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

interface Active {
  readonly fault: Fault
  readonly number: number
  readonly endsAt: number
  left: number
  seen: number
}

export class FaultTable extends Context.Service<
  FaultTable,
  {
    readonly add: (fault: Fault, now: number) => string
    readonly remove: (id: string) => boolean
    readonly clear: () => void
    /** The fault for this request, which counts as one of its `times`. */
    readonly take: (method: string, path: string, now: number) => Fault | undefined
  }
>()("@effect-genesys/simulator/internal/FaultTable") {
  static readonly layer = Layer.effect(
    FaultTable,
    Effect.gen(function* () {
      const { seed } = yield* Settings
      const table = new Map<string, Active>()
      let added = 0

      const applies = (active: Active, method: string, path: string) => {
        const { fault } = active
        if (!path.startsWith(fault.path) || (fault.method !== undefined && fault.method !== method)) return false
        return (
          fault.share === undefined ||
          Random.unit(seed, Random.streams.fault, active.number, active.seen++) < fault.share
        )
      }

      return FaultTable.of({
        add: (fault, now) => {
          const number = ++added
          const endsAt = fault.forSeconds === undefined ? Infinity : now + fault.forSeconds * 1000
          table.set(`fault-${number}`, { fault, number, endsAt, left: fault.times ?? Infinity, seen: 0 })
          return `fault-${number}`
        },
        remove: (id) => table.delete(id),
        clear: () => table.clear(),
        take: (method, path, now) => {
          for (const [id, active] of table) {
            if (now >= active.endsAt) {
              table.delete(id)
            } else if (applies(active, method, path)) {
              if (--active.left === 0) table.delete(id)
              return active.fault
            }
          }
          return undefined
        }
      })
    })
  )
}
