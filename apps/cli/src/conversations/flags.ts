/** The flags of the commands of `genesys conversations`. */
import { PositiveDuration } from "@effect-genesys/program/DurationText"
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { targetFlags } from "../export/ExportFlags.ts"
import * as Id from "./Id.ts"
import * as Interval from "./Interval.ts"

const when = {
  interval: Interval.flag(
    "A day such as 2025-11-03, or from/to such as 2025-11-03/2025-11-10T12:00Z, in UTC; or today, yesterday, this-week, last-week, this-month, last-month, 24h, 7d"
  ),
  zone: Interval.timeZoneFlag
}

export const exportFlags = {
  ...when,
  ...targetFlags,
  jobWait: Flag.String("job-wait").pipe(
    Flag.withDescription("How long a day may wait in Genesys' queue of jobs, such as 90m; left out, 4h"),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  ),
  openEvery: Flag.String("open-every").pipe(
    Flag.withDescription(
      "How often a day that is not over is read again while jobs for others are waited for; left out, 15m. For a directory or database"
    ),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  )
}
export type Export = Command.Command.Config.Infer<typeof exportFlags>

/** The `mediaType` of an `AnalyticsSession` in Genesys' definition of the API. */
const mediaTypes = [
  "voice",
  "callback",
  "chat",
  "cobrowse",
  "email",
  "internalmessage",
  "message",
  "screenshare",
  "video",
  "unknown"
] as const

export const queryFlags = {
  ...when,
  order: Flag.Literals("order", ["asc", "desc"]).pipe(
    Flag.withDescription("By the moment when they started"),
    Flag.withDefault("asc" as const)
  ),
  queue: Flag.String("queue").pipe(
    Flag.withDescription("Only those of this queue: its id, or its whole name"),
    Flag.withMetavar("id|name"),
    Flag.optional
  ),
  user: Flag.String("user").pipe(
    Flag.withDescription("Only those of this user: an id, an e-mail address, or the whole name of an active user"),
    Flag.withMetavar("id|email|name"),
    Flag.optional
  ),
  mediaType: Flag.Literals("media", mediaTypes).pipe(Flag.withDescription("Only those of this kind"), Flag.optional)
}
export const getFlags = {
  id: Argument.String("id").pipe(
    Argument.withDescription("The id of the conversation"),
    Argument.withSchema(
      Schema.String.check(
        Schema.isPattern(Id.pattern, { expected: "an id such as 8a7f6c1e-4a5b-4c3d-9e2f-0123456789ab" })
      )
    )
  )
}
export type Get = Command.Command.Config.Infer<typeof getFlags>

export type Query = Command.Command.Config.Infer<typeof queryFlags>
