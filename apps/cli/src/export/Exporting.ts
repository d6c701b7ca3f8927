/** What every export does, whatever it exports and wherever to. */
import * as SmallHeap from "@effect-genesys/export/SmallHeap"
import * as CallFlags from "../calls/CallFlags.ts"
import * as ExportFlags from "./ExportFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import type { FileExportOptions } from "./FileExport.ts"
import type { Sink } from "@effect-genesys/program/SinkSettings"
import { Arguments } from "@effect-genesys/program/Arguments"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Interval from "../conversations/Interval.ts"
import * as GoingOn from "./goingOn.ts"

type ExportOnce = typeof import("./ExportOnce.ts")

/** One file, and how it is to be made. */
export type FileTarget = Pick<FileExportOptions<never, never>, "file" | "force" | "access">

export const exporting = Effect.fnUntraced(function* <E, R, E2, R2>(
  given: ExportFlags.Given,
  to: {
    readonly file: (file: FileTarget) => Effect.Effect<void, E, R>
    readonly sink: (once: ExportOnce, sink: Sink) => Effect.Effect<void, E2, R2>
  },
  when: Option.Option<Interval.Asked> = Option.none()
) {
  const target = yield* ExportFlags.target(given)
  const args = yield* Arguments
  const file = target._tag === "File" ? target.file : undefined
  const interval = Option.getOrUndefined(
    yield* Effect.transposeOption(
      Option.map(when, ({ text, zone }) => (file === undefined ? Interval.resolveDays : Interval.resolve)(text, zone))
    )
  )
  yield* Effect.sync(SmallHeap.keep)
  const effect = Effect.gen(function* () {
    if (target._tag === "File") return yield* to.file({ ...target, force: given.force })
    // Loaded only by whoever has a use for it: it brings a database client.
    const once = yield* Effect.promise(() => import("./ExportOnce.ts"))
    yield* to.sink(once, target.sink)
  })
  yield* effect.pipe(
    CallFlags.patiently,
    Effect.provide(OneShot.layer),
    Effect.onInterrupt(() =>
      args.length === 0
        ? Effect.void
        : Console.error(`Interrupted. To go on: ${GoingOn.command({ args, file, interval })}`)
    )
  )
})
