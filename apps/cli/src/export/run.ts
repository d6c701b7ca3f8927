/** What `genesys export` does. */
import type { Environment } from "@effect-genesys/auth/Environment"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { Usage } from "@effect-genesys/client/Usage"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as Checkpoint from "@effect-genesys/export/Checkpoint"
import * as Kinds from "@effect-genesys/export/Kinds"
import type { ListOptions } from "@effect-genesys/export/OperationSource"
import type { Source, Unit } from "@effect-genesys/export/Source"
import { UsageError } from "@effect-genesys/program/UsageError"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import * as Fields from "../api/Fields.ts"
import * as Interval from "../conversations/Interval.ts"
import * as Progress from "../output/Progress.ts"
import { exporting, type FileTarget } from "./Exporting.ts"
import * as Everything from "./everything.ts"
import * as FileExport from "./FileExport.ts"
import * as Facts from "./facts.ts"
import type { Export } from "./flags.ts"

const Options = Schema.Struct(Kinds.list.settings())
const decode = Schema.decodeUnknownResult(Options, { onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()
const decodeBody = Schema.decodeUnknownOption(JsonText.fromString(Schema.Unknown))

const wrong = (message: string) => new UsageError({ message })

const parameters = Effect.fnUntraced(function* (named: ReadonlyArray<string>) {
  const given = new Map<string, string>()
  for (const text of named) {
    const [name, value] = yield* Fields.split("--param", text)
    if (given.has(name)) return yield* wrong(`The parameter ${name} is given twice.`)
    given.set(name, value)
  }
  return Object.fromEntries(given)
})

/** What a job of the worker would say of it. */
const listOptions = Effect.fnUntraced(function* (flags: Export): Effect.fn.Return<ListOptions, UsageError> {
  const given = Record.getSomes(Struct.pick(flags, ["operation", "key", "rows", "into"]))
  if (given.operation === undefined)
    return yield* wrong("Say which list it is, with --operation, such as --operation getRoutingSkillgroups.")
  const body = Option.map(flags.body, decodeBody)
  if (Option.isSome(body) && Option.isNone(body.value)) return yield* wrong("--body is not JSON.")
  const found = decode({
    ...given,
    ...(flags.named.length === 0 ? {} : { parameters: yield* parameters(flags.named) }),
    ...Option.match(Option.flatten(body), { onNone: () => ({}), onSome: (value) => ({ body: value }) })
  })
  if (found._tag === "Success") return found.success
  const [first] = format(found.failure.issue).issues
  const [part = "operation"] = first?.path ?? []
  const field = typeof part === "object" ? part.key : part
  return yield* wrong(
    `--${String(field)} is not valid: ${(first?.message ?? "").replace(/^Expected /, "it must be ")}.`
  )
})

/** What is for any list is of no use to one that has a name. */
const onlyOfList = ["operation", "body", "key", "rows", "into"] as const

interface Found {
  readonly source: Effect.Effect<Source, never, GenesysClient | Environment | Usage | Catalogue>
  readonly identity: string
}

/** For everything, there is no one source; events come as they happen. */
type One = Omit<Export, "kind"> & { readonly kind: Exclude<Export["kind"], "everything" | "events"> }

const isOne = (flags: Export): flags is Export & One => flags.kind !== "everything" && flags.kind !== "events"

const asked = ({ interval, zone }: Pick<Export, "interval" | "zone">) =>
  Option.map(interval, (text) => ({ text, zone }))

const notOfList = Effect.fnUntraced(function* (flags: Export) {
  const idle = flags.named.length > 0 ? "param" : onlyOfList.find((name) => Option.isSome(flags[name]))
  if (idle !== undefined) return yield* wrong(`--${idle} is for genesys export list. Leave it out.`)
})

const notOfEvents = Effect.fnUntraced(function* ({ time, topics }: Export) {
  const idle = topics.length > 0 ? "topic" : Option.isSome(time) ? "for" : undefined
  if (idle !== undefined) return yield* wrong(`--${idle} is for genesys export events. Leave it out.`)
})

const events = Effect.fnUntraced(function* (flags: Export) {
  yield* notOfList(flags)
  if (Option.isSome(flags.interval))
    return yield* wrong("--interval is for what happened on days: events come as they happen. Leave it out.")
  const { run: follow } = yield* Effect.promise(() => import("./events.ts"))
  yield* follow(flags)
})

const everything = Effect.fnUntraced(function* (flags: Export) {
  yield* notOfList(flags)
  const days = yield* Facts.days("everything", flags.interval)
  yield* exporting(
    flags,
    {
      file: () => wrong("Everything does not fit into one file: write --out with a / at the end, or use --postgres."),
      sink: (once, sink) => Everything.run(once, days, sink)
    },
    asked(flags)
  )
})

const sourceOf = Effect.fnUntraced(function* (flags: Export & One): Effect.fn.Return<Found, UsageError> {
  const { interval, kind, named } = flags
  if (Facts.is(kind)) {
    yield* notOfList(flags)
    const days = yield* Facts.days(kind, interval)
    return { source: Facts.sourceOf(kind, days), identity: JSON.stringify([kind, days]) }
  }
  if (Option.isSome(interval))
    return yield* wrong(`--interval is for what happened on days: ${kind} is a list. Leave it out.`)
  if (kind === "list") {
    const options = yield* listOptions(flags)
    return { source: Kinds.list.source(options), identity: JSON.stringify(options) }
  }
  const idle = named.length > 0 ? "param" : onlyOfList.find((name) => Option.isSome(flags[name]))
  if (idle !== undefined)
    return yield* wrong(`--${idle} is for genesys export list: ${kind} is a list that is known. Leave it out.`)
  return {
    source: kind === "oauth_client_usage" ? Kinds.oauthClientUsage.source() : Kinds.lists[kind].source({}),
    identity: kind
  }
})

/** One reading of it, each row with its key. */
const toFile = Effect.fnUntraced(function* (to: FileTarget, source: Source, identity: string) {
  const { kind, plan } = source
  const { units } = yield* plan(Checkpoint.empty)
  const read = Effect.fnUntraced(function* (unit: Unit) {
    const { missing = Effect.undefined, rows } = yield* unit.read
    const end = Effect.gen(function* () {
      const found = yield* missing
      if (found === undefined) return
      if (typeof found !== "string") return yield* found
      const message = `${kind.name} may not be whole: ${found}. What came is right, and in ${to.file}. Run the same command again with --force to read it anew.`
      return yield* new FileExport.NotWholeError({ message })
    })
    return Stream.concat(rows, Stream.fromEffectDrain(end))
  }, Stream.unwrap)
  const lines = Stream.flatMap(Stream.fromIterable(units), read).pipe(
    Stream.map(({ key, value }) => Object.assign({ [kind.key]: key }, value)),
    Progress.rows({ what: kind.name, total: Effect.undefined, file: true })
  )
  const count = yield* FileExport.run({
    ...to,
    identity,
    rows: lines,
    key: (row) => Option.getOrUndefined(Option.map(decodeKey(row), (fields) => fields[kind.key]))
  })
  if (process.stderr.isTTY) yield* Console.error(`${count.toLocaleString("en-US")} ${kind.name} in ${to.file}.`)
})
const decodeKey = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Any))

const one = (flags: Export & One) =>
  Effect.flatMap(sourceOf(flags), ({ identity, source }) =>
    exporting(
      flags,
      {
        file: (file) => Effect.flatMap(source, (found) => toFile(file, found, identity)),
        sink: (once, sink) => once.list(source, sink)
      },
      asked(flags)
    )
  )

export const run = Effect.fnUntraced(function* (flags: Export) {
  if (flags.kind === "events") return yield* events(flags)
  yield* notOfEvents(flags)
  const interval = yield* Effect.transposeOption(
    Option.map(flags.interval, (text) => Interval.resolveDays(text, flags.zone))
  )
  const resolved: Export = { ...flags, interval }
  yield* isOne(resolved) ? one(resolved) : everything(resolved)
}, Effect.provide(Catalogue.layer))
