/** A copy of one day in a folder that nobody was in yet, as an NDJSON sink makes it, and the modes of what is there. */
import { it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { join } from "node:path"
import type { Access } from "../src/Access.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"

export const asRoot = process.getuid?.() === 0
export const nobody = 65_534

export const write = (key: string) =>
  Sink.use((sink) =>
    sink.write({
      partition: Partition.ofDay(Kinds.conversations.layout, "2026-11-01"),
      rows: Stream.make({ key, asOf: 0, value: { conversationId: key, conversationStart: "2026-11-01T10:00:00Z" } }),
      entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
    })
  )

export const open = (directory: string, access?: Access) =>
  Layer.provide(NdjsonSink.layer({ directory, access }), NodeServices.layer)

export const written = (directory: string, key = "a", access?: Access) =>
  Effect.provide(write(key), Layer.fresh(open(directory, access)))

/** A folder that nobody was in yet, with a folder beside it. */
export const place = Effect.map(Files.temporary, (parent) => {
  const elsewhere = join(parent, "elsewhere")
  Fs.mkdirSync(elsewhere)
  return { directory: join(parent, "copy"), elsewhere, parent }
})

export const test = (
  name: string,
  body: Effect.Effect<void, unknown, FileSystem.FileSystem | Scope.Scope>,
  isSkipped = false
) => it.live.skipIf(isSkipped)(name, () => Effect.scoped(Effect.provide(body, NodeServices.layer)))

export const modeOf = (path: string) => `0${(Fs.lstatSync(path).mode & 0o7777).toString(8)}`

export const modes = (directory: string) =>
  Object.fromEntries(
    ["", ...Fs.readdirSync(directory, { recursive: true, encoding: "utf8" })]
      .toSorted()
      .map((name) => [name, modeOf(join(directory, name))])
  )
