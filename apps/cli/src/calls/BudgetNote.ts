/**
 * What is left of the rate limit, written down by the programs that make calls, so that `genesys status` can tell without a call.
 * A note holds numbers and the fingerprint of a token. It may be lost at any time.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { RateBudget } from "@effect-genesys/client/RateBudget"
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import * as Directories from "@effect-genesys/program/Directories"

const Note = Schema.fromJsonString(
  Schema.Struct({
    fingerprint: Schema.String,
    budgets: Schema.Array(
      Schema.Struct({
        kind: Schema.String,
        allowed: Schema.Int,
        used: Schema.Int,
        /** Milliseconds since 1970; absent if no window was open. */
        resetAt: Schema.optional(Schema.Finite)
      })
    )
  })
)
const encode = Schema.encodeEffect(Note)
const decode = Schema.decodeOption(Note)

/** Its file, one for each OAuth client: a new token begins with an unused limit. */
export const place = Effect.gen(function* () {
  const path = yield* Path.Path
  const { apiUrl } = yield* Environment
  const { clientId } = yield* Credentials.use(({ current }) => current)
  const name = createHash("sha256").update(`${apiUrl}\n${clientId}`).digest("base64url").slice(0, 22)
  return Option.map(yield* Directories.tokens, (tokens) => path.join(path.dirname(tokens), "budgets", `${name}.json`))
})

const write = Effect.gen(function* () {
  const path = yield* Path.Path
  const budgets = yield* GenesysClient.use((client) => client.budgets)
  const { fingerprint } = yield* TokenManager.use(({ status }) => status)
  if (fingerprint === undefined || budgets.every(({ used }) => used === 0)) return
  const found = yield* place
  if (Option.isNone(found)) return
  const file = found.value
  const text = yield* encode({ fingerprint, budgets })
  yield* OwnDirectory.ensure(path.dirname(file))
  yield* PrivateFile.write(file, text)
}).pipe(Effect.ignore)

/** Writes it down every few seconds, and at the end. */
export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const context = yield* Effect.context<
      GenesysClient | TokenManager | Environment | Credentials | FileSystem.FileSystem | Path.Path
    >()
    const note = Effect.provideContext(write, context)
    yield* Effect.addFinalizer(() => note)
    yield* Effect.forkScoped(Effect.repeat(Effect.delay(note, "5 seconds"), Schedule.forever))
  })
)

/** What was written down of this token last, as it is now. */
export const read = Effect.fnUntraced(function* (
  fingerprint: string
): Effect.fn.Return<ReadonlyArray<RateBudget>, never, FileSystem.FileSystem | Path.Path | Environment | Credentials> {
  const file = yield* place
  const text = Option.isNone(file) ? Option.none() : yield* Effect.option(OwnFile.readText(file.value))
  const note = Option.filter(Option.flatMap(text, decode), (found) => found.fingerprint === fingerprint)
  const now = yield* Clock.currentTimeMillis
  return Option.match(note, {
    onNone: () => [],
    onSome: ({ budgets }) =>
      budgets.map(({ allowed, kind, resetAt = now, used }) =>
        resetAt > now ? { kind, allowed, used, resetAt } : { kind, allowed, used: 0, resetAt: undefined }
      )
  })
})
