/**
 * A span of time as people write it in a flag: `2025-11-03`, `2025-11-03/2025-11-10`, with or without times of day, `yesterday`,
 * `last-week` or `24h`. What is written as dates is UTC unless `--time-zone` says otherwise, so that a script means the same on each
 * machine; what is said in words is of the zone of whoever says it.
 */
import * as Moment from "@effect-genesys/core/Moment"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Flag from "effect/cli/Flag"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

type Zone = DateTime.TimeZone

const utc: Zone = DateTime.zoneMakeOffset(0)

/** A day whose midnight the clocks leave out begins at the first moment that it has. */
const dayOf = (text: string, timeZone: Zone) =>
  DateTime.makeZoned(`${text}T00:00:00Z`, { timeZone, adjustForTimeZone: true })

/** Without an offset it is a time of the zone, where one is given; one that is there twice, or not at all, is none. */
const momentOf = (text: string, zone: Option.Option<Zone>): Option.Option<DateTime.DateTime> => {
  const timeZone = Option.getOrElse(zone, () => utc)
  if (Moment.isDay(text)) return dayOf(text, timeZone)
  const millis = Moment.millisOf(text)
  if (millis !== undefined) return Option.some(DateTime.makeUnsafe(millis))
  if (Option.isNone(zone) || Moment.millisOf(`${text}Z`) === undefined) return Option.none()
  return DateTime.makeZoned(`${text}Z`, { timeZone, adjustForTimeZone: true, disambiguation: "reject" })
}

interface Span {
  readonly from: DateTime.DateTime
  readonly to: DateTime.DateTime
}

const written = (text: string, zone: Option.Option<Zone>): Span | undefined => {
  const [first = "", second, ...more] = text.split("/")
  const from = Option.getOrUndefined(momentOf(first, zone))
  const to =
    second !== undefined
      ? Option.getOrUndefined(momentOf(second, zone))
      : Moment.isDay(first) && from !== undefined
        ? DateTime.startOf(DateTime.add(from, { days: 1 }), "day")
        : undefined
  if (from === undefined || to === undefined || more.length > 0 || !DateTime.isLessThan(from, to)) return undefined
  return { from, to }
}

const units = { day: "days", week: "weeks", month: "months" } as const

const words = new Map<string, readonly [unit: keyof typeof units, back: number]>([
  ["today", ["day", 0]],
  ["yesterday", ["day", 1]],
  ["this-week", ["week", 0]],
  ["last-week", ["week", 1]],
  ["this-month", ["month", 0]],
  ["last-month", ["month", 1]]
])

/** Monday is the first day of a week, as ISO 8601 has it. */
const startOf = (moment: DateTime.Zoned, unit: keyof typeof units) =>
  DateTime.startOf(moment, unit, { weekStartsOn: 1 })

const spans = new Map([
  ["m", "minutes"],
  ["h", "hours"],
  ["d", "days"],
  ["w", "weeks"]
] as const)

const isUnit = (text: string): text is "m" | "h" | "d" | "w" => /^[mhdw]$/.test(text)

/** A span that ends now is of whole minutes: what happens while its pages are read is in none of them. */
const said = (text: string, now: DateTime.Zoned): Span | undefined => {
  const word = words.get(text)
  if (word !== undefined) {
    const [unit, back] = word
    const from = startOf(DateTime.subtract(startOf(now, unit), { [units[unit]]: back }), unit)
    return { from, to: startOf(DateTime.add(from, { [units[unit]]: 1 }), unit) }
  }
  const [, count = "", unit = ""] = /^([1-9]\d{0,3})([mhdw])$/.exec(text) ?? []
  if (!isUnit(unit)) return undefined
  const to = DateTime.startOf(now, "minute")
  return { from: DateTime.subtract(to, { [spans.get(unit) ?? "days"]: Number(count) }), to }
}

const isSaid = (text: string) => words.has(text) || /^[1-9]\d{0,3}[mhdw]$/.test(text)

const expected = `a day such as 2025-11-03; two moments such as 2025-11-03T08:00Z/2025-11-04, that exist; ${[...words.keys()].join(", ")}; or the time before now, such as 24h or 7d`

/** Whether it can be one, in whatever zone. */
const isPossible = (text: string) => {
  if (isSaid(text)) return true
  const [first = "", second = first, ...more] = text.split("/")
  if (more.length > 0 || !Moment.isPossible(first) || !Moment.isPossible(second)) return false
  return text.includes("/") || Moment.isDay(first)
}

/** The flag `--interval` of whatever takes one. */
export const flag = (description: string) =>
  Flag.String("interval").pipe(
    Flag.withDescription(description),
    Flag.withMetavar("from/to"),
    Flag.withSchema(Schema.String.check(Schema.makeFilter(isPossible, { expected })))
  )

const zoneExpected = "a time zone such as Europe/Berlin, UTC or +02:00"

export const timeZoneFlag = Flag.String("time-zone").pipe(
  Flag.withDescription(
    "The zone of --interval, such as Europe/Berlin; left out, this machine's for words such as yesterday, and UTC for dates"
  ),
  Flag.withMetavar("zone"),
  Flag.filterMap(DateTime.zoneFromString, (text) => `${JSON.stringify(text)} is no time zone: write ${zoneExpected}`),
  Flag.optional
)

const iso = ({ from, to }: Span) => `${DateTime.formatIso(from)}/${DateTime.formatIso(to)}`

const localZone = Effect.map(Effect.serviceOption(DateTime.CurrentTimeZone), Option.getOrElse(DateTime.zoneMakeLocal))

const none = (text: string, zone: Option.Option<Zone>) => {
  const where = Option.match(zone, { onNone: () => "", onSome: (known) => ` in ${DateTime.zoneToString(known)}` })
  return new UsageError({ message: `--interval ${JSON.stringify(text)} is none${where}: it must be ${expected}.` })
}

/** What was said, and in which zone. */
export interface Asked {
  readonly text: string
  readonly zone: Option.Option<Zone>
}

/** In Genesys' form, both ends with milliseconds. @param zone of `--time-zone` */
export const resolve = Effect.fnUntraced(function* (
  text: string,
  zone: Option.Option<Zone>
): Effect.fn.Return<string, UsageError> {
  const found = isSaid(text)
    ? said(text, DateTime.setZone(yield* DateTime.now, Option.isSome(zone) ? zone.value : yield* localZone))
    : written(text, zone)
  return found === undefined ? yield* none(text, zone) : iso(found)
})

/** The same for what is kept by whole days in UTC: words are of UTC if nothing else is said, and every day that they touch counts. */
export const resolveDays = Effect.fnUntraced(function* (
  text: string,
  zone: Option.Option<Zone>
): Effect.fn.Return<string, UsageError> {
  if (!isSaid(text)) return yield* resolve(text, zone)
  const [from = "", to = ""] = (yield* resolve(text, Option.some(Option.getOrElse(zone, () => utc)))).split("/")
  const first = DateTime.startOf(DateTime.makeUnsafe(from), "day")
  const last = DateTime.startOf(DateTime.subtract(DateTime.makeUnsafe(to), { milliseconds: 1 }), "day")
  return iso({ from: first, to: DateTime.add(last, { days: 1 }) })
})
