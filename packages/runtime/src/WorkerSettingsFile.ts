/**
 * Reads a settings file of `genesys-worker`, in YAML or JSON. What is wrong with it is one `ConfigurationError` that names the
 * file, the line and the field, and never shows what is written there.
 */
import { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { resolve } from "node:path"
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument } from "yaml"
import { type Job, WorkerSettings } from "./WorkerSettings.ts"

type Field = ReadonlyArray<PropertyKey>

interface Problem {
  readonly field: Field
  readonly what: string
}

const decode = Schema.decodeUnknownResult(WorkerSettings, { errors: "all", onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** As people write it: `jobs[2].cron`. */
const nameOf = (field: Field) =>
  field
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "")

const wordsOf = (message: string) =>
  message === "Missing key"
    ? "is missing"
    : message === "Expected no excess property"
      ? "is not a setting that is known here"
      : `is not valid: ${message.replace(/^Expected /, "it must be ")}`

/** Equal if the rows go to the same place. */
const placeOf = (job: Job): string | undefined => {
  if (!("sink" in job)) return undefined
  const { ndjson, postgres, schema = "genesys" } = job.sink
  return ndjson === undefined ? `$${postgres} ${schema}` : resolve(ndjson)
}

/** Two jobs share a place only if they can share its lock, its checkpoint and its folders. */
const problemOfSink = (job: Job, before: ReadonlyArray<Job>): string | undefined => {
  const place = placeOf(job)
  const other = before.find((one) => place !== undefined && placeOf(one) === place)
  if (other === undefined || !("sink" in job) || !("sink" in other)) return undefined
  const own = "give each a directory, or a schema, of its own"
  if (other.org !== job.org) return `is not valid: the job ${other.name} puts rows of another org there; ${own}`
  if (other.kind === job.kind) return `is not valid: the job ${other.name} puts ${job.kind} there; ${own}`
  return Equal.equals(job.sink, other.sink)
    ? undefined
    : `is not valid: it is the place of the job ${other.name}, so it must be written like there`
}

const problemOfJob = (job: Job, index: number, settings: WorkerSettings): Problem | undefined => {
  const at = (...field: Field) => ["jobs", index, ...field]
  if (job.timeZone !== undefined && job.cron === undefined) {
    return { field: at("timeZone"), what: "is not valid: it is for a job with cron" }
  }
  if (settings.jobs.findIndex(({ name }) => name === job.name) < index) {
    return { field: at("name"), what: "is not valid: another job has this name" }
  }
  if (job.org !== undefined && !Object.hasOwn(settings.orgs ?? {}, job.org)) {
    return { field: at("org"), what: "is not valid: it must be one of orgs" }
  }
  const ofSink = problemOfSink(job, settings.jobs.slice(0, index))
  return ofSink === undefined ? undefined : { field: at("sink"), what: ofSink }
}

const problemOf = (data: unknown): Result.Result<WorkerSettings, Problem> =>
  Result.match(decode(data), {
    onFailure: (error) => {
      const [first] = format(error.issue).issues
      const field = (first?.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
      return Result.fail({ field, what: wordsOf(first?.message ?? "Expected settings") })
    },
    onSuccess: (settings) => {
      const found = settings.jobs
        .map((job, index) => problemOfJob(job, index, settings))
        .find((one) => one !== undefined)
      return found === undefined ? Result.succeed(settings) : Result.fail(found)
    }
  })

/** The line of a field, or of the nearest thing around it that is there. */
const lineOf = (document: Document, lines: LineCounter, field: Field): number => {
  let node: unknown = document.contents
  let offset = 0
  for (const part of field) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(part))
      if (isNode(pair?.key) && pair.key.range) offset = pair.key.range[0]
      node = pair?.value
    } else {
      node = isSeq(node) ? node.items[Number(part)] : undefined
      if (isNode(node) && node.range) offset = node.range[0]
    }
    if (!isNode(node)) break
  }
  return lines.linePos(offset).line
}

/** Decodes the text of a file of that name. */
export const parse = Effect.fnUntraced(function* (
  file: string,
  text: string
): Effect.fn.Return<WorkerSettings, ConfigurationError> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken !== undefined) {
    const { col, line } = lines.linePos(broken.pos[0])
    return yield* new ConfigurationError({
      setting: file,
      message: `${file}:${line}: this is neither YAML nor JSON: mend the file at column ${col} of this line (${broken.code.toLowerCase()}).`
    })
  }
  const data = Result.try({ try: (): unknown => document.toJS({ maxAliasCount: 100 }), catch: () => undefined })
  const found = problemOf(Result.getOrUndefined(data))
  if (Result.isSuccess(found)) return found.success
  const { field, what } = found.failure
  const setting = nameOf(field)
  return yield* new ConfigurationError({
    setting: setting === "" ? file : setting,
    message: `${file}:${lineOf(document, lines, field)}: ${setting === "" ? "the file" : setting} ${what}.`
  })
})

/** Thousands of jobs have less. */
const maxBytes = 1024 * 1024

/** It says which secrets are sent where and which programs are run, so nobody else may have written it. */
export const read = Effect.fnUntraced(function* (file: string) {
  const text = yield* Effect.mapError(
    OwnFile.readText(file, { maxBytes }),
    ({ what }) =>
      new ConfigurationError({
        setting: "GENESYS_WORKER_FILE",
        message: `The settings file cannot be read: ${file} ${what}.`
      })
  )
  return yield* parse(file, text)
})

/** The document that editors check a settings file with. */
export const jsonSchema = (): unknown => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(WorkerSettings, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of genesys-worker",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
