/** What every export does, whatever it exports and wherever to. */
import * as SmallHeap from "@effect-genesys/export/SmallHeap"
import * as CallFlags from "../calls/CallFlags.ts"
import * as ExportFlags from "./ExportFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import type { FileExportOptions } from "./FileExport.ts"
import type { Sink } from "@effect-genesys/program/SinkSettings"
import * as Effect from "effect/Effect"

type ExportOnce = typeof import("./ExportOnce.ts")

/** One file, and how it is to be made. */
export type FileTarget = Pick<FileExportOptions<never, never>, "file" | "force" | "access">

export const exporting = Effect.fnUntraced(function* <E, R, E2, R2>(
  given: ExportFlags.Given,
  to: {
    readonly file: (file: FileTarget) => Effect.Effect<void, E, R>
    readonly sink: (once: ExportOnce, sink: Sink) => Effect.Effect<void, E2, R2>
  }
) {
  const target = yield* ExportFlags.target(given)
  yield* Effect.sync(SmallHeap.keep)
  const effect = Effect.gen(function* () {
    if (target._tag === "File") return yield* to.file({ ...target, force: given.force })
    // Loaded only by whoever has a use for it: it brings a database client.
    const once = yield* Effect.promise(() => import("./ExportOnce.ts"))
    yield* to.sink(once, target.sink)
  })
  yield* effect.pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
})
