/** What `genesys conversations query` does. */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import type { Predicate } from "@effect-genesys/client/ConversationQuery"
import * as ConversationRows from "@effect-genesys/export/ConversationRows"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Option from "effect/Option"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import { limited, pagesAhead } from "../output/ListFlags.ts"
import * as Output from "../output/Output.ts"
import * as Progress from "../output/Progress.ts"
import type { Query } from "./flags.ts"
import * as Interval from "./Interval.ts"
import * as Names from "./Names.ts"
import * as Shown from "./Shown.ts"

const filters = (wanted: Readonly<Record<string, Option.Option<string>>>) => {
  const predicates: ReadonlyArray<Predicate> = Object.entries(wanted).flatMap(([dimension, value]) =>
    Option.isSome(value) ? [{ type: "dimension", dimension, value: value.value }] : []
  )
  return predicates.length === 0 ? {} : { segmentFilters: [{ type: "and" as const, predicates }] }
}

export const run = ({ mediaType, order, queue, user, ...given }: Query) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns: Shown.columns })
    const interval = yield* Interval.resolve(given.interval, given.zone)
    const details = yield* ConversationDetails
    const queueId = yield* Effect.transposeOption(Option.map(queue, Names.queueId))
    const userId = yield* Effect.transposeOption(Option.map(user, Names.userId))
    const zone = printer.isTable ? Option.getOrElse(given.zone, DateTime.zoneMakeLocal) : undefined
    const wanted = { interval, order, ...filters({ queueId, userId, mediaType }) }
    const total = Effect.map(details.query({ ...wanted, pageSize: 1 }), ({ totalHits }) => totalHits)
    yield* printer.rows(
      details
        .queryAllRaw({ ...wanted, lookAhead: yield* pagesAhead })
        .pipe(
          Stream.filter(ConversationRows.startedIn(interval)),
          limited,
          printer.isLooked ? Shown.shown({ zone }) : (rows) => rows,
          Progress.rows({ what: "conversations", total })
        )
    )
  }).pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
