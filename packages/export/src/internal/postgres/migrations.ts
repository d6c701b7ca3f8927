/** The tables of the PostgreSQL sink, as they came to be. What is here is never changed; a change is a new migration. */
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import { type Layout, tablesOf } from "../../Layout.ts"
import * as Definition from "./definition.ts"

/** Names that other users of the database made up are not looked for, until the end of the transaction. */
export const ownNames = "SET LOCAL search_path TO pg_catalog, pg_temp"

const place = "conversation_id text NOT NULL, participant int NOT NULL"
const session = `${place}, session int NOT NULL`

const initial = (schema: string): ReadonlyArray<string> => [
  `CREATE TABLE ${schema}.conversations (
    conversation_id text PRIMARY KEY, day date NOT NULL, conversation_start timestamptz, conversation_end timestamptz,
    originating_direction text, conversation_initiator text, external_tag text, division_ids text[],
    as_of timestamptz NOT NULL, raw jsonb NOT NULL)`,
  `CREATE INDEX ON ${schema}.conversations (conversation_start)`,
  `CREATE TABLE ${schema}.participants (${place},
    participant_id text, participant_name text, purpose text, user_id text, team_id text, external_contact_id text,
    PRIMARY KEY (conversation_id, participant))`,
  `CREATE TABLE ${schema}.sessions (${session},
    session_id text, media_type text, direction text, ani text, dnis text, provider text, remote text, message_type text,
    used_routing text, PRIMARY KEY (conversation_id, participant, session))`,
  `CREATE TABLE ${schema}.segments (${session}, segment int NOT NULL,
    segment_start timestamptz, segment_end timestamptz, segment_type text, queue_id text, disconnect_type text,
    error_code text, wrap_up_code text, wrap_up_note text, conference boolean, subject text,
    PRIMARY KEY (conversation_id, participant, session, segment))`,
  `CREATE TABLE ${schema}.metrics (${session}, metric int NOT NULL,
    name text, value double precision, emit_date timestamptz,
    PRIMARY KEY (conversation_id, participant, session, metric))`,
  `CREATE TABLE ${schema}.users (
    id text PRIMARY KEY, name text, email text, username text, department text, title text, state text,
    division_id text, division_name text, version double precision, as_of timestamptz NOT NULL, raw jsonb NOT NULL)`,
  `CREATE TABLE ${schema}.export_checkpoint (partition text PRIMARY KEY, entry jsonb NOT NULL)`,
  // What was read of a unit that is not committed yet. It need not survive a crash.
  `CREATE UNLOGGED TABLE ${schema}.export_staging (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, partition text NOT NULL, key text NOT NULL,
    as_of timestamptz NOT NULL, raw jsonb NOT NULL, flat jsonb NOT NULL)`,
  `CREATE INDEX ON ${schema}.export_staging (partition)`
]

/** They hold every number that Genesys sends. By way of text, because PostgreSQL would round to 15 digits. */
const exactNumbers = (schema: string): ReadonlyArray<string> => [
  `ALTER TABLE ${schema}.metrics ALTER COLUMN value TYPE numeric USING value::text::numeric`,
  `ALTER TABLE ${schema}.users ALTER COLUMN version TYPE numeric USING version::text::numeric`
]

/** Several processes may read one partition, one after the other: what one has left is not taken for rows of another. */
const attempts = (schema: string): ReadonlyArray<string> => [
  `DELETE FROM ${schema}.export_staging`,
  `ALTER TABLE ${schema}.export_staging ADD COLUMN attempt text NOT NULL`,
  // Each reading whose rows are all there. It goes with them.
  `CREATE UNLOGGED TABLE ${schema}.export_readings (
    attempt text PRIMARY KEY, partition text NOT NULL, rows int NOT NULL, entry jsonb NOT NULL)`
]

const run = (statements: ReadonlyArray<string>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
  )

/** Tables that came to be step by step, and where that is written down. */
export interface Series {
  readonly journal: string
  /** All that it makes. */
  readonly tables: ReadonlyArray<string>
  /** Statements by number and name. */
  readonly steps: (schema: string) => Readonly<Record<string, ReadonlyArray<string>>>
}

/** The tables of the sink itself, and of the kinds that were there first. */
export const base: Series = {
  journal: "export_migrations",
  tables: [
    "conversations",
    "participants",
    "sessions",
    "segments",
    "metrics",
    "users",
    "export_checkpoint",
    "export_staging",
    "export_readings"
  ],
  steps: (schema) => ({
    "1_initial": [ownNames, ...initial(schema)],
    "2_exact_numbers": [ownNames, ...exactNumbers(schema)],
    "3_attempts": [ownNames, ...attempts(schema)]
  })
}

/** What any other kind needs: made of its layout, with numbers of its own. */
export const ofKind = (layout: Layout): Series => ({
  journal: `export_migrations_${layout.name}`,
  tables: tablesOf(layout).map(({ name }) => name),
  steps: (schema) => ({ "1_initial": [ownNames, ...Definition.create(schema, layout)] })
})

export const isInBase = ({ name }: Layout): boolean => base.tables.includes(name)

/** Whether there is nothing to make: looked up in a way that takes no more than the right to read. */
const areDone = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, name: string, { journal, steps }: Series) {
  const there = yield* sql.unsafe(
    `SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1::name AND c.relname = $2::name`,
    [name, journal]
  )
  if (there.length === 0) return false
  const done = yield* sql.unsafe<{ readonly migration: string }>(
    `SELECT migration_id::text || '_' || name AS migration FROM "${name}".${journal}`
  )
  return Object.keys(steps(`"${name}"`)).every((wanted) => done.some(({ migration }) => migration === wanted))
})

/** Does what is not done. To make and change tables takes rights that a loader need not have. */
export const bringUpToDate = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, name: string, series: Series) {
  if (yield* areDone(sql, name, series)) return
  yield* Migrator.make({})({
    loader: Migrator.fromRecord(Record.map(series.steps(`"${name}"`), run)),
    table: `${name}.${series.journal}`
  }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
})
