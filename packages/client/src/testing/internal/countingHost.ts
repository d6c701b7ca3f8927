/** A host that counts calls in windows of a minute, tells so in the headers of its answers, and refuses what is too much. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import type { RatePass } from "../../RatePass.ts"

export interface Options {
  /** Calls in a minute. @default 300 */
  readonly allowed?: number
  /** Calls in a minute of kinds that are counted by themselves. */
  readonly kinds?: Readonly<Record<string, number>>
  /** How the seconds that are left are rounded. @default "up" */
  readonly rounding?: "up" | "down"
  /** Windows begin at whole minutes, rather than with the first call. */
  readonly aligned?: boolean
}

export interface CountingHost {
  /** Takes a call some milliseconds after it left, and answers it some milliseconds later. */
  readonly answer: (path: string, pass: RatePass) => Effect.Effect<void>
  readonly answered: number
  readonly refused: number
}

const minute = 60_000
/** The ways of the calls, in milliseconds, one after the other. */
const ways = [5, 35, 0, 50, 20, 10, 45]

export const make = ({ aligned = false, allowed, kinds = {}, rounding = "up" }: Options): CountingHost => {
  const windows = new Map<string, { opened: number; count: number }>()
  const host = { answered: 0, refused: 0 }
  let calls = 0

  const count = (name: string, now: number) => {
    const found = windows.get(name)
    const window =
      found !== undefined && now < found.opened + minute
        ? found
        : { opened: aligned ? Math.floor(now / minute) * minute : now, count: 0 }
    windows.set(name, window)
    window.count++
    return window
  }

  const answer = Effect.fnUntraced(function* (path: string, pass: RatePass) {
    const way = Effect.suspend(() => Effect.sleep(ways[calls++ % ways.length]!))
    yield* way
    const now = yield* Clock.currentTimeMillis
    const kind = path.split("/")[3] ?? ""
    const limit = kinds[kind] ?? allowed ?? 300
    const window = count(kind in kinds ? kind : "*", now)
    const left = (window.opened + minute - now) / 1000
    const isRefused = window.count > limit
    host[isRefused ? "refused" : "answered"]++
    yield* way
    yield* pass.answered(
      Headers.fromInput({
        "inin-ratelimit-allowed": String(limit),
        "inin-ratelimit-count": String(Math.min(window.count, limit)),
        "inin-ratelimit-reset": String(rounding === "up" ? Math.ceil(left) : Math.floor(left))
      })
    )
    if (isRefused) yield* pass.refused(window.opened + minute)
  })

  return Object.assign(host, { answer })
}
