/** What happened on days, such as audits: which days are asked for, and where they come from. */
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Day from "@effect-genesys/export/Day"
import type { DayRange } from "@effect-genesys/export/DayRange"
import { type FactName, factNames } from "@effect-genesys/export/FactNames"
import type { Kind } from "@effect-genesys/export/Kind"
import * as Kinds from "@effect-genesys/export/Kinds"
import type { Source } from "@effect-genesys/export/Source"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const names: ReadonlyArray<string> = factNames

export const is = (kind: string): kind is FactName => names.includes(kind)

export const days = (
  kind: FactName | "everything",
  interval: Option.Option<string>
): Effect.Effect<DayRange, UsageError> => {
  const [from = "", to = ""] = Option.getOrElse(interval, () => "").split("/")
  const isWhole = [from, to].every((moment) => moment.endsWith("T00:00:00.000Z"))
  return isWhole
    ? Effect.succeed({ since: from.slice(0, 10), until: Day.of(Date.parse(to)) })
    : new UsageError({
        message: `Say of which days, with --interval: ${kind === "everything" ? "what happened is" : `${kind} are`} exported by whole UTC days, such as --interval 2025-11-03/2025-11-10.`
      })
}

const kinds: { readonly [N in FactName]: Kind<DayRange, GenesysClient> } = Kinds.facts

export const sourceOf = (kind: FactName, range: DayRange): Effect.Effect<Source, never, GenesysClient> =>
  kinds[kind].source(range)
