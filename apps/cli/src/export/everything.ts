/** All kinds that have a name, one after the other, what happened first. What the role does not permit is skipped, and told. */
import type { Environment } from "@effect-genesys/auth/Environment"
import type { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { Usage } from "@effect-genesys/client/Usage"
import type { Users } from "@effect-genesys/client/Users"
import * as ConversationSource from "@effect-genesys/export/ConversationSource"
import type { DayRange } from "@effect-genesys/export/DayRange"
import * as Everything from "@effect-genesys/export/Everything"
import { isOfUnit } from "@effect-genesys/export/ExportError"
import * as Kinds from "@effect-genesys/export/Kinds"
import type { Source } from "@effect-genesys/export/Source"
import type { Sink } from "@effect-genesys/program/SinkSettings"
import { Sinks } from "@effect-genesys/program/Sinks"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as ExportOnce from "./ExportOnce.ts"
import * as Facts from "./facts.ts"

type Services = ConversationDetails | Environment | GenesysClient | Usage | Users

const sourceOf = (part: Everything.Part, range: DayRange): Effect.Effect<Source, never, Services> => {
  if (Kinds.isList(part)) return Kinds.lists[part].source({})
  if (Facts.is(part)) return Facts.sourceOf(part, range)
  switch (part) {
    case "conversations":
      return ConversationSource.make(range)
    case "users":
      return Kinds.users.source({})
    case "oauth_client_usage":
      return Kinds.oauthClientUsage.source()
  }
}

/** What is wrong with one kind alone: the others are read all the same. */
const isOfKind = (error: { readonly _tag: string }): boolean => error._tag === "PermissionError" || isOfUnit(error)

export const run = Effect.fnUntraced(
  function* (once: typeof ExportOnce, range: DayRange, sink: Sink) {
    // Opened once for all of them.
    yield* Sinks.use((sinks) => sinks.get(sink))
    let isAnyDone = false
    let refused: Effect.Error<ReturnType<typeof once.list>> | undefined
    let first: Effect.Error<ReturnType<typeof once.list>> | undefined
    for (const part of Everything.parts) {
      const result = yield* Effect.result(Effect.suspend(() => once.list(sourceOf(part, range), sink)))
      if (result._tag === "Success") {
        isAnyDone = true
        continue
      }
      const { failure } = result
      if (!isOfKind(failure)) return yield* failure
      const isSkipped = failure._tag === "PermissionError"
      yield* Console.error(`${part}: ${isSkipped ? "skipped" : "failed"}. ${failure.message}`)
      if (isSkipped) refused ??= failure
      else first ??= failure
    }
    // Of a role that permits nothing at all, there is no copy.
    if (!isAnyDone) first ??= refused
    if (first !== undefined) return yield* first
  },
  Effect.scoped,
  Effect.provide(Sinks.layer)
)
