/**
 * Many calls of one operation, from the files of a folder or the lines of a file: in parallel, each result a line of JSON. What has
 * succeeded is written down at once, and left out when the same command is run again. A call whose answer was lost because this
 * program was killed is made again.
 */
import * as DiskFailure from "@effect-genesys/core/DiskFailure"
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import { UntrustedFile } from "@effect-genesys/core/UntrustedFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import * as ErrorMessage from "@effect-genesys/program/ErrorMessage"
import * as JsonInput from "../api/JsonInput.ts"
import { UsageError } from "@effect-genesys/program/UsageError"

/** Not all of them succeeded. */
export class BulkError extends Schema.TaggedError<BulkError>("@effect-genesys/cli/BulkError")("BulkError", {
  message: Schema.String
}) {}

export interface Item<A = unknown> {
  /** The file, or the number of the line. */
  readonly name: string
  readonly value: A
  /** What it is known by when it is done. */
  readonly key: string
}

const hash = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 22)

const isLines = (source: string) => /\.(?:ndjson|jsonl)$/i.test(source)

/** Whether there is more than one call in it. */
export const isBulk = (source: string, lines: boolean) =>
  source === "-"
    ? Effect.succeed(lines)
    : FileSystem.FileSystem.use((fs) => fs.stat(source)).pipe(
        Effect.map(({ type }) => type === "Directory" || lines || isLines(source)),
        // What is wrong with it is told by whoever reads it.
        Effect.orElseSucceed(() => false)
      )

/** All of it is read, and found to be JSON, before the first call is made. */
export const read = Effect.fnUntraced(function* (source: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = source !== "-" && (yield* Effect.orElseSucceed(fs.stat(source), () => undefined))?.type === "Directory"
  if (!folder) return yield* readLines(source)
  const names = yield* Effect.mapError(
    fs.readDirectory(source),
    () => new UsageError({ message: `${source} cannot be read. Check its permissions.` })
  )
  return yield* Effect.forEach(
    names.filter((name) => name.endsWith(".json") && !name.startsWith(".")).toSorted(),
    Effect.fnUntraced(function* (name): Effect.fn.Return<Item, UsageError, JsonInput.Sources> {
      const file = path.join(source, name)
      const text = yield* JsonInput.text(file)
      return { name, value: yield* JsonInput.parse(file, text), key: hash(`${name}\n${text}`) }
    })
  )
})

const readLines = Effect.fnUntraced(function* (source: string) {
  const lines = (yield* JsonInput.text(source)).split("\n")
  const seen = new Map<string, number>()
  const items: Array<Item> = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue
    const value = yield* JsonInput.parse(source, line, index + 1)
    // Two lines may be the same, and are two calls.
    const before = seen.get(line) ?? 0
    seen.set(line, before + 1)
    items.push({ name: String(index + 1), value, key: hash(`${before}\n${line}`) })
  }
  return items
})

export interface Options<A, E, R> {
  readonly items: ReadonlyArray<Item<A>>
  readonly call: (value: A) => Effect.Effect<unknown, E, R>
  readonly concurrency: number
  /** The file in which successes are written down; none if they are not. */
  readonly state: string | undefined
  /** What is called, by whom and where: what another one did does not count. */
  readonly identity: string
  /** What makes every other call fail, too. */
  readonly isFatal: (error: E) => boolean
}

export type Row =
  | { readonly item: string; readonly ok: true; readonly result: unknown }
  | { readonly item: string; readonly ok: false; readonly error: { readonly type: string; readonly message: string } }

const typeOf = Schema.decodeUnknownOption(Schema.Struct({ _tag: Schema.String }))

/** The file of what is done: one that was written before, with what it says, or a new one that nobody else can read. */
const opened = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, state: string) {
  yield* Effect.catchIf(
    OwnDirectory.checkAround(state, { shared: true }),
    ({ reason }) => reason !== "Refused",
    () => Effect.void
  )
  const done = new Set<string>()
  if (!(yield* PlainFile.exists(fs, state))) return { done, log: yield* PlainFile.create(fs, state) }
  const log = yield* PlainFile.reopen(fs, state)
  const what = "has a line that no call has written. Move it away: then all calls are made again"
  yield* PlainFile.bytes(log).pipe(
    PlainFile.lines(() => new UntrustedFile({ file: state, reason: "TooLarge", what })),
    Stream.runForEach((line) => Effect.sync(() => done.add(line)))
  )
  return { done, log }
})

/** The results as they come. It ends with a `BulkError` if not all succeeded. */
export const run = <A, E, R>({ call, concurrency, identity, isFatal, items, state: given }: Options<A, E, R>) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const state = given === undefined ? undefined : yield* OwnDirectory.named(given)
      const scope = hash(identity)
      const cannotWrite = (error: PlainFile.Failure) =>
        new UsageError({
          message:
            error._tag === "UntrustedFile"
              ? `Name another file for what is done with --done, or mend this one: ${error.message}`
              : `${state} cannot be written: ${DiskFailure.reasonOf(error)}. Name a file for what is done with --done.`
        })
      const { done, log } =
        state === undefined
          ? { done: new Set<string>(), log: undefined }
          : yield* Effect.mapError(opened(fs, state), cannotWrite)
      let failed = 0
      const todo = items.filter(({ key }) => !done.has(`${scope} ${key}`))
      if (todo.length === 0 && items.length > 0) {
        yield* Effect.logWarning(`all calls were done before, says ${state}; delete it to do them again`)
      }
      const one = Effect.fnUntraced(function* ({
        key,
        name,
        value
      }: Item<A>): Effect.fn.Return<Row, E | UsageError, R> {
        const result = yield* Effect.result(call(value))
        if (result._tag === "Success") {
          if (log !== undefined) {
            yield* Effect.mapError(log.writeAll(new TextEncoder().encode(`${scope} ${key}\n`)), cannotWrite)
          }
          return { item: name, ok: true, result: result.success ?? null }
        }
        if (isFatal(result.failure)) return yield* Effect.fail(result.failure)
        failed++
        const tag = typeOf(result.failure)
        const type = tag._tag === "Some" ? tag.value._tag : "Error"
        return { item: name, ok: false, error: { type, message: ErrorMessage.ofError(result.failure) } }
      })
      const end = Effect.suspend(() =>
        failed === 0
          ? Effect.void
          : Effect.fail(
              new BulkError({
                message: `${failed} of ${todo.length} calls failed. Their lines say why${state === undefined ? "" : "; run the same command again to repeat these"}.`
              })
            )
      )
      return Stream.concat(
        Stream.mapEffect(Stream.fromIterable(todo), one, { concurrency, unordered: true }),
        Stream.drain(Stream.fromEffect(end))
      )
    })
  )
