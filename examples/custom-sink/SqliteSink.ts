/**
 * A sink of our own: one SQLite database, with Node's own `node:sqlite`. A row of `rows` is what Genesys sent as JSON, with the moment of
 * which it tells. Rows and checkpoint are committed in one transaction, so each row is there once, whatever happens.
 */
import * as Checkpoint from "@effect-genesys/export/Checkpoint"
import { CheckpointError, LockedError, SinkError } from "@effect-genesys/export/ExportError"
import * as Partition from "@effect-genesys/export/Partition"
import { Sink, type Write } from "@effect-genesys/export/Sink"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { closeSync, openSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"

const tables = `
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS rows (
  kind TEXT, key TEXT, as_of REAL NOT NULL, deleted_at REAL, value TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (name TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE coming (
  write INTEGER, key TEXT, as_of REAL NOT NULL, value TEXT NOT NULL, PRIMARY KEY (write, key)
) WITHOUT ROWID;`

// Of several versions of a row the one that tells of the latest moment, and of those the one that came last.
const statements = {
  come: `INSERT INTO coming VALUES (?, ?, ?, ?) ON CONFLICT (write, key) DO
    UPDATE SET as_of = excluded.as_of, value = excluded.value WHERE excluded.as_of >= coming.as_of`,
  put: `INSERT INTO rows SELECT ?, key, as_of, NULL, value FROM coming WHERE write = ? ON CONFLICT (kind, key) DO
    UPDATE SET as_of = excluded.as_of, value = excluded.value, deleted_at = NULL WHERE excluded.as_of >= rows.as_of`,
  // Of a list that is whole, what is there and did not come is gone.
  miss: `UPDATE rows SET deleted_at = coalesce(deleted_at, ?2), as_of = ?2
    WHERE kind = ?1 AND as_of <= ?2 AND key NOT IN (SELECT key FROM coming WHERE write = ?3)`,
  note: `INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET entry = excluded.entry`,
  forget: `DELETE FROM coming WHERE write = ?`
}

/** An entry as text, and back. What could not be read again throws, either way. */
const Text = Schema.fromJsonString(Checkpoint.Entry)
const decode = Schema.decodeUnknownSync(Text)
const encode = Schema.encodeSync(Text)

/**
 * Holds the file for as long as the layer is there. A `LockedError` if somebody else does.
 * @param file of the database; made if it is not there
 */
export const layer = (file: string): Layer.Layer<Sink, SinkError | LockedError> =>
  Layer.effect(
    Sink,
    Effect.gen(function* () {
      yield* lock(file)
      const database = yield* open(file)
      return make(file, database)
    })
  )

const failure = (sink: string) => (cause: unknown) =>
  new SinkError({ sink, message: `${sink} could not be written: ${messageOf(cause)}. Nothing is lost by it.`, cause })

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

const open = (file: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        // What people said and who they are: for nobody else to read. What SQLite writes beside it has the rights of the file.
        closeSync(openSync(file, "a", 0o600))
        return new DatabaseSync(file)
      },
      catch: failure(file)
    }),
    (database) => Effect.sync(() => database.close())
  )

/** A database beside it that is never written: the system lets go of it when the process ends, however that ends. */
const lock = Effect.fnUntraced(function* (file: string) {
  const beside = yield* open(`${file}.lock`)
  yield* Effect.try({
    try: () => beside.exec("BEGIN EXCLUSIVE"),
    catch: (cause) =>
      /locked/.test(messageOf(cause))
        ? new LockedError({ sink: file, message: `Another export has ${file} open. Wait until it has ended.` })
        : failure(file)(cause)
  })
})

const make = (file: string, database: DatabaseSync) => {
  database.exec(tables)
  const { come, forget, miss, note, put } = {
    come: database.prepare(statements.come),
    put: database.prepare(statements.put),
    miss: database.prepare(statements.miss),
    note: database.prepare(statements.note),
    forget: database.prepare(statements.forget)
  }
  let writes = 0

  /** All of it, or nothing. It is done in one go: no other fiber has a part in the transaction. */
  const transaction = (body: () => void) =>
    Effect.try({
      try: () => {
        database.exec("BEGIN IMMEDIATE")
        try {
          body()
          database.exec("COMMIT")
        } catch (error) {
          database.exec("ROLLBACK")
          throw error
        }
      },
      catch: failure(file)
    })

  const checkpoint = Effect.try({
    try: () => {
      const rows = database.prepare("SELECT name, entry FROM checkpoint").all()
      return Object.fromEntries(rows.map(({ entry, name }) => [String(name), decode(entry)]))
    },
    catch: () =>
      new CheckpointError({
        sink: file,
        message: `The checkpoint in ${file} is damaged, and nothing was exported, so that nothing is lost. DELETE FROM checkpoint has all days read again: rows that are there stay.`
      })
  })

  const write = Effect.fn("SqliteSink.write")(function* <E, R>({ entry, partition, rows }: Write<E, R>) {
    const { kind } = partition
    const number = ++writes
    const gather = Stream.runForEachArray(rows, (some) =>
      transaction(() => {
        for (const { asOf, key, value } of some) come.run(number, key, asOf, JSON.stringify(value))
      })
    )
    const commit = Effect.gen(function* () {
      const done = yield* entry
      const text = yield* Effect.try({
        try: () => {
          const written = encode(done)
          decode(written)
          return written
        },
        catch: () =>
          new SinkError({
            sink: file,
            message: `The entry of ${Partition.nameOf(partition)} could not be read again. Nothing of it was written.`
          })
      })
      yield* transaction(() => {
        put.run(kind.name, number)
        if (kind.deletions === true && done.whole === true) miss.run(kind.name, done.asOf, number)
        note.run(Partition.nameOf(partition), text)
      })
    })
    yield* Effect.ensuring(
      Effect.andThen(gather, commit),
      Effect.sync(() => forget.run(number))
    )
  })

  return Sink.of({ checkpoint, write })
}
