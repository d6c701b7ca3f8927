/**
 * What a settings file of `genesys-worker` may say: its orgs, its jobs, where it answers HTTP. It is plain data, so that two
 * of them can be compared; secrets are never in it, only where they are. `settings.schema.json` of the worker is made of it.
 */
import * as Day from "@effect-genesys/export/Day"
import * as Everything from "@effect-genesys/export/Everything"
import type * as Kind from "@effect-genesys/export/Kind"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as Retention from "@effect-genesys/export/Retention"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Struct from "effect/Struct"
import { spanOf } from "@effect-genesys/program/DurationText"
import { HostName } from "./HostName.ts"
import { CronText, Interval, Span, TimeZone } from "./times.ts"
import { Cluster } from "./ClusterSettings.ts"
import { Org } from "./OrgSettings.ts"
import { Name, nameExpected } from "@effect-genesys/program/Profile"
import { note, pattern } from "@effect-genesys/program/SettingText"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"

const JobName = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, nameExpected)

const named = {
  name: JobName.annotate(note("What logs, metrics and the status call it.")),
  org: Schema.optionalKey(
    Name.annotate(note("One of orgs. Default: what the environment or the default profile says."))
  )
}
const common = {
  ...named,
  every: Schema.optionalKey(Interval.annotate(note("How often it is started, such as 15m. Or use cron."))),
  cron: Schema.optionalKey(CronText.annotate(note("When it is started: minute hour day month weekday."))),
  timeZone: Schema.optionalKey(TimeZone.annotate(note("The time zone of cron. Default UTC."))),
  jitter: Schema.optionalKey(Span.annotate(note("It is started later by a random time of at most this.")))
}

/** Its options, as the source takes them. */
const span = (description: string) =>
  Span.annotate(note(description)).pipe(
    Schema.decodeTo(
      Schema.Duration,
      SchemaTransformation.transform({ decode: spanOf, encode: (value) => `${Duration.toSeconds(value)}s` })
    )
  )

const exported = {
  sink: SinkSettings.Target,
  optional: Schema.optionalKey(
    Schema.Boolean.annotate(
      note("Without the permission that it needs it is skipped, which is told once, and has not failed. Default false.")
    )
  ),
  redact: Schema.optionalKey(
    Schema.Array(Schema.NonEmptyString).annotate(
      note("Fields that are kept empty, however deep they are, such as ani.")
    )
  )
}

interface Exportable<Name extends string, Fields extends Schema.Struct.Fields> {
  readonly layout: { readonly name: Name }
  readonly settings: (spelling: Kind.Spelling) => Fields
}

type ExportJobSchema<Name extends string, Fields extends Schema.Struct.Fields> = Schema.Struct<
  typeof common & { readonly kind: Schema.Literal<Name> } & typeof exported & Fields
>

/** What a job that exports a kind may say. */
export const exportJob = <const Name extends string, Fields extends Schema.Struct.Fields>({
  layout,
  settings
}: Exportable<Name, Fields>): ExportJobSchema<Name, Fields> =>
  Schema.Struct({ ...common, kind: Schema.Literal(layout.name), ...exported, ...settings({ span }) })

interface ExportJobOf extends Struct.Lambda {
  <Name extends string, Fields extends Schema.Struct.Fields>(
    kind: Exportable<Name, Fields>
  ): ExportJobSchema<Name, Fields>
  readonly "~lambda.out": this["~lambda.in"] extends Exportable<infer Name, infer Fields>
    ? ExportJobSchema<Name, Fields>
    : never
}

const { conversations, facts, list, oauthClientUsage, users } = Kinds
const exportJobs = Struct.map(
  { conversations, users, list, oauth_client_usage: oauthClientUsage, ...facts },
  Struct.lambda<ExportJobOf>(exportJob)
)
const kindExpected = `everything, ${Object.keys(Kinds.all).join(", ")}, events, watch or command`
/** Any of the lists that have a name: there is nothing else to say of one. */
const ListJob = Schema.Struct({
  ...common,
  kind: Schema.Literals(Kinds.listNames).annotate({
    expected: kindExpected,
    ...note(Kinds.listNames.map((name) => `${name}: ${Kinds.docOf(name)}`).join(" "))
  }),
  ...exported
})
/** It runs for ever: no clock starts it. */
const EventsJob = Schema.Struct({
  ...named,
  kind: Schema.Literal(Kinds.events.layout.name),
  ...exported,
  ...Kinds.events.settings({ span })
})
const WatchJob = Schema.Struct({
  ...common,
  kind: Schema.Literal("watch"),
  email: Schema.optionalKey(
    pattern(/^[^\s@]+@[^\s@]+$/, "an e-mail address").annotate(note("Whom to look up. Default GENESYS_WORKER_EMAIL."))
  )
})
const CommandJob = Schema.Struct({
  ...common,
  kind: Schema.Literal("command"),
  command: Schema.NonEmptyArray(Schema.NonEmptyString).annotate(note("The program and its arguments; no shell.")),
  env: Schema.optionalKey(
    Schema.Array(
      pattern(/^(?:[A-Za-z_][A-Za-z0-9_]*\*?|\*)$/, "the name of an environment variable, or its beginning with *")
    ).annotate(
      note(
        "Variables of the environment that it is given beside PATH, HOME and the like: names, which must be set, or AWS_* for all that begin so."
      )
    )
  ),
  timeout: Schema.optionalKey(Span.annotate(note("It is ended when it has run for so long. Default: never.")))
})
const EverythingJob = Schema.Struct({
  ...named,
  kind: Schema.Literal("everything").annotate(
    note(
      "A job for each kind that has a name, called after it (NAME.queues), as often as it is worth it; what the role does not permit is skipped."
    )
  ),
  ...Struct.omit(exported, ["optional"]),
  since: Day.Day.annotate({ expected: "a day such as 2026-11-01", ...note("The first day of what goes by UTC days.") }),
  ...Retention.settings({ span }),
  except: Schema.optionalKey(Schema.Array(Schema.Literals(Everything.parts)).annotate(note("Kinds that are left out.")))
})
export type EverythingJob = typeof EverythingJob.Type

/** What says itself when it is started. */
const untimed = new Set<string>(["events", "everything"])

// The first that may be meant says what is wrong: that of several kinds comes last.
export const WrittenJob = Schema.Union([
  ...Object.values(exportJobs),
  EventsJob,
  EverythingJob,
  WatchJob,
  CommandJob,
  ListJob
])
  .annotate({ expected: `a job, with kind ${kindExpected}` })
  .check(
    Schema.makeFilter(
      ({ cron, every, kind }: { readonly cron?: string; readonly every?: string; readonly kind: string }) =>
        untimed.has(kind) || (every === undefined) !== (cron === undefined),
      {
        expected: "a job with either every or cron",
        toJsonSchema: () => [
          {
            if: { properties: { kind: { enum: [...untimed] } } },
            else: { oneOf: [{ required: ["every"] }, { required: ["cron"] }] }
          },
          true
        ]
      }
    )
  )
type WrittenJob = typeof WrittenJob.Type
export type Job = Exclude<WrittenJob, EverythingJob>

/** The kinds that a job says more of than their name. */
export type ToldName = keyof typeof exportJobs

/** A job that exports one of them. */
export type ToldJob<Name extends ToldName = ToldName> = {
  readonly [N in Name]: { readonly kind: N } & (typeof exportJobs)[N]["Type"]
}[Name]

/** A job that exports a list that has a name. */
export type ListJob = typeof ListJob.Type

/** A job that exports what is read. */
export type ExportJob = ToldJob | ListJob

/** A job that keeps what is told, for ever. */
export type EventsJob = typeof EventsJob.Type

/** No clock starts it, and it does not end by itself. */
export const isEndless = (job: Job): job is EventsJob => job.kind === "events"

export const Http = Schema.Struct({
  port: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 })),
  host: Schema.optionalKey(Schema.NonEmptyString.annotate(note("Default 127.0.0.1: this machine only."))),
  hosts: Schema.optionalKey(
    Schema.Array(HostName).annotate(
      note(
        "Names by which /status and /metrics may be asked, beside localhost; where host is not this machine alone, also beside all addresses and host. For a Prometheus that asks by a name."
      )
    )
  )
})
export type Http = typeof Http.Type

export { Cluster }

/** As they are written. */
export const Written = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String.annotate(note("For editors."))),
  http: Schema.optionalKey(Http),
  drain: Schema.optionalKey(Span.annotate(note("How long running jobs may go on after SIGTERM. Default 20s."))),
  cluster: Schema.optionalKey(
    Cluster.annotate(note("Makes it one of a fleet: each job runs in one of its workers, and all share their tokens."))
  ),
  orgs: Schema.optionalKey(Schema.Record(Name, Org)),
  jobs: Schema.Array(WrittenJob).check(Schema.isMinLength(1, { expected: "a list of at least one job" }))
})
export type Written = typeof Written.Type

/** With a job for each kind in place of everything. */
export interface WorkerSettings extends Omit<Written, "jobs"> {
  readonly jobs: ReadonlyArray<Job>
}
