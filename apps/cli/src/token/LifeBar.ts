/** The life of a token as a line for people: what is spent of it, and where its renewal begins. */
import * as Duration from "effect/Duration"

/** Milliseconds since 1970. */
export interface Life {
  readonly issuedAt: number
  readonly expiresAt: number
  /** Left out, when a manager renews it at the earliest. */
  readonly renewAt?: number | undefined
  readonly now: number
}

/** By the rules of the token manager: a fifth of the life before its end, but no more than an hour. */
const earliest = ({ expiresAt, issuedAt }: Life) => expiresAt - Math.min((expiresAt - issuedAt) / 5, 3_600_000)

const inWords = (millis: number) => Duration.format(Duration.seconds(Math.max(0, Math.floor(millis / 1_000))))

/** Such as `[#########-----|----]  3m 2s left, renewed in 2m 2s`. @param cells between the brackets */
export const draw = (life: Life, cells = 40): string => {
  const { expiresAt, issuedAt, now, renewAt = earliest(life) } = life
  const whole = Math.max(1, expiresAt - issuedAt)
  const placeOf = (at: number) => Math.min(cells, Math.max(0, Math.floor(((at - issuedAt) / whole) * cells)))
  const [spent, renewal] = [placeOf(now), Math.min(cells - 1, placeOf(renewAt))]
  const bar = Array.from({ length: cells }, (_, at) => (at === renewal ? "|" : at < spent ? "#" : "-")).join("")
  const when = now >= expiresAt ? "expired" : `${inWords(expiresAt - now)} left`
  const renewed =
    now >= expiresAt || life.renewAt === undefined
      ? ""
      : now >= renewAt
        ? ", its renewal is due"
        : `, renewed in ${inWords(renewAt - now)}`
  return `[${bar}]  ${when}${renewed}`
}
