/**
 * Dates by the simulator's clock: what has happened lies before it, and what is to happen after. Each moment stays as it is for weeks, then jumps.
 */
import { iso } from "../shared/iso.ts"
import type { Draws } from "./draws.ts"

const minute = 60_000
const day = 24 * 60 * minute

/** The last moment up to now that a thing has once in so many days. */
const lately = (draws: Draws, key: string, days: number, now: number): number => {
  const period = days * day
  const phase = (draws.bits(key) / 0x100000000) * period
  return Math.floor((now - phase) / period) * period + phase
}

/**
 * Of a field of a thing: it is made before it is changed, begins before it ends, and expires in the future.
 *
 * @param thing what draws are made of: all moments of one thing go together
 */
const moment = (field: string, draws: Draws, thing: string, now: number): number => {
  if (/expir|due|next|schedul|expect|renew|until/i.test(field))
    return lately(draws, `${thing} next`, 30, now) + 31 * day
  if (/creat|added|regist|hire|issue/i.test(field)) return lately(draws, `${thing} made`, 365, now) - 31 * day
  if (/modif|updat|chang|edit/i.test(field)) return lately(draws, `${thing} changed`, 30, now)
  const began = lately(draws, `${thing} began`, 30, now) - 60 * minute
  return /end|complet|finish|stop|close/i.test(field) ? began + 30 * minute : began
}

export const instant = (field: string, draws: Draws, thing: string, now: number): string =>
  iso(Math.floor(moment(field, draws, thing, now)))

export const date = (field: string, draws: Draws, thing: string, now: number): string =>
  instant(field, draws, thing, now).slice(0, 10)

/** From its beginning to its end. */
export const interval = (draws: Draws, thing: string, now: number): string =>
  `${instant("start", draws, thing, now)}/${instant("end", draws, thing, now)}`
