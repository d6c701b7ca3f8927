/**
 * Reads a settings file of `genesys-worker`, in YAML or JSON, of at most 1 MiB. What is wrong with it is one
 * `ConfigurationError` that names the file, the line and the field, and never shows what is written there.
 */
import { hostUrl } from "@effect-genesys/auth/Environment"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as OperationSource from "@effect-genesys/export/OperationSource"
import * as Redaction from "@effect-genesys/export/Redaction"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { settingNames } from "@effect-genesys/core/Settings"
import * as YamlText from "./yamlText.ts"
import { expanded } from "./everything.ts"
import { isEndless, type Job, type WorkerSettings, Written } from "./WorkerSettings.ts"

type Field = ReadonlyArray<PropertyKey>

interface Problem {
  readonly field: Field
  readonly what: string
}

const decode = Schema.decodeUnknownResult(Written, { onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** As people write it: `jobs[2].cron`. */
const nameOf = (field: Field) =>
  field
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "")

const wordsOf = (message: string, name: Field[number] | undefined) =>
  message === "Expected no excess property" && name === "keep"
    ? "is for a kind that goes by days, such as conversations or audits: this one has none that could be too old. Leave it out"
    : message === "Missing key"
      ? "is missing"
      : message === "Expected no excess property"
        ? "is not a setting that is known here"
        : `is not valid: ${message.replace(/^Expected /, "it must be ")}`

/** What it calls its rows there. */
const rowsOf = (job: Job): string => (job.kind === "list" ? (OperationSource.nameOf(job) ?? job.kind) : job.kind)

/** The jobs of a place: the first one, and each by what it calls its rows. */
interface Sharing {
  readonly first: Job
  /** As that one has it. */
  readonly sink: SinkSettings.Sink
  readonly byRows: Map<string, Job>
}

/** Two jobs share a place only if they can share its lock, its checkpoint and its folders. */
const problemOfSink = (
  job: Job,
  sink: SinkSettings.Sink,
  { byRows, first, sink: other }: Sharing
): string | undefined => {
  const same = byRows.get(rowsOf(job))
  if (same === job) return "is not valid: it is the place of another sink of this job"
  const own = "give each a directory, or a schema, of its own"
  if (first.org !== job.org) return `is not valid: the job ${first.name} puts rows of another org there; ${own}`
  if (same !== undefined)
    return `is not valid: the job ${same.name} puts ${rowsOf(job)} there; ${own}${job.kind === "list" ? ", or another name with into" : ""}`
  return Equal.equals(sink, other)
    ? undefined
    : `is not valid: it is the place of the job ${first.name}, so it must be written like there`
}

/** What of a job does not go with the rest of it. */
const problemOfJob = (job: Job): Problem | undefined => {
  if (!isEndless(job) && job.timeZone !== undefined && job.cron === undefined) {
    return { field: ["timeZone"], what: "is not valid: it is for a job with cron" }
  }
  if ("until" in job && job.until <= job.since) {
    return { field: ["until"], what: "is not valid: it must be a day after since" }
  }
  if (isEndless(job) && SinkSettings.sinksOf(job.sink).some((sink) => "format" in sink && sink.format === "parquet")) {
    return {
      field: ["sink"],
      what: "is not valid: events come a little at a time, and are kept as lines or in a database"
    }
  }
  if ("redact" in job) {
    const { layout } = isEndless(job) ? Kinds.events : Kinds.all[job.kind]
    const needed = new Set(job.kind === "list" ? [job.key ?? "id"] : Redaction.needed(layout))
    const place = job.redact.findIndex((name) => needed.has(name))
    if (place !== -1) {
      return { field: ["redact", place], what: `is not valid: ${job.kind} cannot be kept without this field` }
    }
  }
  return undefined
}

/** Each job is looked at once: there may be thousands. */
const problemOfJobs = ({ jobs, orgs = {} }: Written): Problem | undefined => {
  const names = new Set<string>()
  const places = new Map<string, Sharing>()
  const all = jobs.flatMap((job, index) => expanded(job).map((one) => ({ index, job: one })))
  for (const { index, job } of all) {
    const at = (...field: Field) => ["jobs", index, ...field]
    const own = problemOfJob(job)
    if (own !== undefined) return { ...own, field: at(...own.field) }
    if (names.has(job.name)) return { field: at("name"), what: "is not valid: another job has this name" }
    names.add(job.name)
    if (job.org !== undefined && !Object.hasOwn(orgs, job.org)) {
      return { field: at("org"), what: "is not valid: it must be one of orgs" }
    }
    if (job.kind === "list" && OperationSource.nameOf(job) === undefined) {
      return { field: at("into"), what: "is missing: the name of the operation is too long for a folder and a table" }
    }
    if (!("sink" in job)) continue
    const sinks = SinkSettings.sinksOf(job.sink)
    for (const [number, sink] of sinks.entries()) {
      const place = SinkSettings.of(sink).identity
      const sharing = places.get(place)
      const what = sharing === undefined ? undefined : problemOfSink(job, sink, sharing)
      if (what !== undefined) return { field: at("sink", ...(Array.isArray(job.sink) ? [number] : [])), what }
      if (sharing === undefined) places.set(place, { first: job, sink, byRows: new Map([[rowsOf(job), job]]) })
      else sharing.byRows.set(rowsOf(job), job)
    }
  }
  return undefined
}

const problemOf = (data: unknown): Result.Result<WorkerSettings, Problem> =>
  Result.match(decode(data), {
    onFailure: (error) => {
      const [first] = format(error.issue).issues
      const field = (first?.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
      return Result.fail({ field, what: wordsOf(first?.message ?? "Expected settings", field.at(-1)) })
    },
    onSuccess: (settings) => {
      const found = problemOfJobs(settings)
      return found === undefined
        ? Result.succeed({ ...settings, jobs: settings.jobs.flatMap(expanded) })
        : Result.fail(found)
    }
  })

/** The environment says which hosts may be asked without encryption. @param at how an error begins that is about this field */
const checkHosts = Effect.fnUntraced(function* ({ orgs = {} }: WorkerSettings, at: (field: Field) => string) {
  for (const [name, org] of Object.entries(orgs)) {
    for (const key of ["loginUrl", "apiUrl"] as const) {
      const url = org[key]
      if (url === undefined) continue
      const field = ["orgs", name, key]
      const setting = nameOf(field)
      yield* Effect.mapError(hostUrl(setting, url), (error) =>
        error.setting === setting ? new ConfigurationError({ setting, message: at(field) + error.message }) : error
      )
    }
  }
})

const broken = (file: string, what: string, setting = file) =>
  new ConfigurationError({ setting, message: `${file}${what}.` })

/** Decodes the text of a file of that name. */
export const parse = Effect.fnUntraced(function* (
  file: string,
  text: string
): Effect.fn.Return<WorkerSettings, ConfigurationError> {
  const read = YamlText.read(text)
  if (Result.isFailure(read)) return yield* broken(file, `:${read.failure.line}: ${read.failure.what}`)
  const { data, lineOf } = read.success
  const found = problemOf(data)
  if (Result.isSuccess(found)) {
    yield* checkHosts(found.success, (field) => `${file}:${lineOf(field)}: `)
    return found.success
  }
  const { field, what } = found.failure
  const setting = nameOf(field)
  return yield* setting === ""
    ? broken(file, `:${lineOf(field)}: the file ${what}`)
    : broken(file, `:${lineOf(field)}: ${setting} ${what}`, setting)
})

/** More than thousands of jobs have. */
const maxBytes = 1024 * 1024

/** It says which secrets are sent where and which programs are run, so nobody else may have written it. */
export const read = Effect.fnUntraced(function* (file: string) {
  const text = yield* Effect.mapError(
    OwnFile.readText(file, { maxBytes }),
    ({ what }) =>
      new ConfigurationError({
        setting: settingNames.workerFile,
        message: `The settings file ${file} cannot be used: it ${what}. It must be a file in YAML or JSON.`
      })
  )
  return yield* parse(file, text)
})

/** The document that editors check a settings file with. */
export const jsonSchema = (): unknown => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(Written, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of genesys-worker",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
