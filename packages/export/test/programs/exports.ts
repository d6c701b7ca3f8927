/** A process that exports from a simulator over HTTP, again and again, until it is killed. It writes a line of JSON for each run. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { flushCompileCache } from "node:module"
import * as ExportTask from "../ExportTask.ts"

const print = (line: unknown) => Effect.sync(() => process.stdout.write(`${JSON.stringify(line)}\n`))

const main = Effect.gen(function* () {
  const task = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(ExportTask.ExportTask))(process.argv[2])
  const again = Effect.forever(Effect.flatMap(ExportTask.run(task), print))
  // The next one starts faster: whoever is killed cannot save it at the end.
  flushCompileCache()
  yield* Effect.andThen(print("started"), again).pipe(ExportTask.provide(task))
})

NodeRuntime.runMain(main)
