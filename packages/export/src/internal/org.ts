/** Whose rows they are: a sink holds those of one organization. */
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Organization } from "@effect-genesys/client/Organization"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Struct from "effect/Struct"
import type { Checkpoint, Entry } from "../Checkpoint.ts"
import { OtherOrgError, type SourceError } from "../ExportError.ts"

/**
 * None if a role is missing for it, or a gateway does not pass it, whatever that answers in its place. If it passes nothing at
 * all, the next call says so.
 */
export const id: Effect.Effect<Option.Option<string>, SourceError, GenesysClient> = Organization.use(({ me }) =>
  Effect.asSome(Effect.map(me, (organization) => organization.id))
).pipe(
  Effect.catchTag(["PermissionError", "NotFoundError", "InvalidRequestError"], () => Effect.succeedNone),
  Effect.catchTag("UnavailableError", (error) =>
    error.reason === "InvalidResponse" ? Effect.succeedNone : Effect.fail(error)
  ),
  Effect.provide(Organization.layer)
)

/** Fails if what is there is of another one. What was written without an organization may be of any. */
export const check = (checkpoint: Checkpoint, org: Option.Option<string>): Effect.Effect<void, OtherOrgError> => {
  const other = heldIn(checkpoint)
  return Option.isNone(org) || other === undefined || other === org.value
    ? Effect.void
    : new OtherOrgError({
        message:
          `What was exported there is of the organization ${other}, and these credentials are of the organization ${org.value}. ` +
          `Give this one a directory, or a schema of the database, of its own.`
      })
}

/** Whose rows a sink holds, if that was ever told. */
export const heldIn = (checkpoint: Checkpoint): string | undefined =>
  Object.values(checkpoint).find((entry) => entry.org !== undefined)?.org

/** How long days are to be kept, where the rows are known to be of the organization that is asked: nobody else's are taken away. */
export const keepOf = <A>(
  keep: A | undefined,
  org: Option.Option<string>,
  held: string | undefined
): Effect.Effect<A | undefined> =>
  keep === undefined || held === undefined || Option.isSome(org)
    ? Effect.succeed(keep)
    : Effect.logWarning(
        "nothing is removed: whose rows are asked for cannot be told, and those that are held may be another organization's. Let the OAuth client see its organization"
      ).pipe(Effect.annotateLogs({ event: "export.kept" }), Effect.as(undefined))

/**
 * The entry of what was read, with whose rows they are. Where that cannot be told any more, they may be another one's: then nothing that
 * is held counts as gone.
 */
export const noted = (
  entry: Effect.Effect<Entry>,
  org: Option.Option<string>,
  held: string | undefined
): Effect.Effect<Entry> => {
  if (Option.isSome(org)) return Effect.map(entry, (one) => ({ ...one, org: org.value }))
  return held === undefined ? entry : Effect.map(entry, (one) => ({ ...Struct.omit(one, ["whole"]), org: held }))
}
