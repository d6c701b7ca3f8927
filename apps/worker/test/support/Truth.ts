/**
 * What Genesys has, and what a sink holds of it while both go on changing. What is the same before and after somebody looked into the sink
 * must have been there as it is.
 */
import * as Day from "@effect-genesys/export/Day"
import * as Plan from "@effect-genesys/export/Plan"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Database from "../../../../packages/export/test/Database.ts"
import * as Fingerprints from "../../../../packages/export/test/Fingerprints.ts"

/** Fingerprints by their id. */
type Rows = ReadonlyMap<string, string>

export interface Truth {
  readonly users: Rows
  readonly conversations: Rows
  /** Began so recently that a query need not tell of them yet. */
  readonly recent: ReadonlySet<string>
}

const decodeToken = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.String }))
const decodeUsers = Schema.decodeUnknownSync(
  Schema.Struct({
    pageCount: Schema.Literal(1),
    entities: Schema.Array(
      Schema.StructWithRest(Schema.Struct({ id: Schema.String }), [Schema.Record(Schema.String, Schema.Unknown)])
    )
  })
)

/** As they are listed, with no code of ours between: those of one page. */
const listed = async ({ clientId, clientSecret, url }: Simulator["Service"]) => {
  const login = await fetch(`${url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${Redacted.value(clientSecret)}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" })
  })
  const authorization = `Bearer ${decodeToken(await login.json()).access_token}`
  const answer = await fetch(`${url}/api/v2/users?state=any&expand=presence&pageSize=100`, {
    headers: { authorization }
  })
  return decodeUsers(await answer.json()).entities
}

/** Of all users, with their presence, and of the conversations since that day. */
export const read = Effect.fnUntraced(function* (since: string) {
  const simulator = yield* Simulator
  const now = yield* simulator.now
  const users = new Map<string, string>()
  for (const user of yield* Effect.promise(() => listed(simulator))) users.set(user.id, Fingerprints.of(user))
  const conversations = new Map<string, string>()
  const recent = new Set<string>()
  for (const day of Day.range(since, Day.of(now + 86_400_000))) {
    yield* Stream.runForEach(simulator.truth(day), (row) =>
      Effect.sync(() => {
        conversations.set(row.conversationId, Fingerprints.of(row))
        if (Date.parse(row.conversationStart) > now - 2 * Plan.settling) recent.add(row.conversationId)
      })
    )
  }
  return { users, conversations, recent } satisfies Truth
})

/** Of what there is of them in a sink. */
const rowsOf = (url: Redacted.Redacted, table: string, key: string) =>
  Effect.map(Database.query(url, `SELECT ${key} AS key, raw FROM genesys.${table}`), (rows) => {
    const found = new Map(rows.map(({ key: id, raw }) => [String(id), Fingerprints.of(raw)]))
    return { found, doubled: rows.length - found.size }
  })

const compared = (
  { doubled, found }: Effect.Success<ReturnType<typeof rowsOf>>,
  [before, after]: readonly [before: Rows, after: Rows],
  isOld: (id: string) => boolean = () => true
) => ({
  doubled,
  lost: [...before.keys()].filter((id) => isOld(id) && !found.has(id)),
  foreign: [...found.keys()].filter((id) => !after.has(id)),
  stale: [...before]
    .filter(([id, row]) => found.has(id) && after.get(id) === row && found.get(id) !== row)
    .map(([id]) => id)
})

export const isRight = { doubled: 0, lost: [], foreign: [], stale: [] }

/** What is otherwise in a sink, into which everything was written again since `before` was read. */
export const differences = Effect.fnUntraced(function* (url: Redacted.Redacted, since: string, before: Truth) {
  const users = yield* rowsOf(url, "users", "id")
  const conversations = yield* rowsOf(url, "conversations", "conversation_id")
  const truth = yield* read(since)
  return {
    truth,
    users: compared(users, [before.users, truth.users]),
    conversations: compared(conversations, [before.conversations, truth.conversations], (id) => !before.recent.has(id))
  }
})
