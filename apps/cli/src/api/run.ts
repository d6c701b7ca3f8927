/** What `genesys api` does. */
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"
import * as ApiCall from "./ApiCall.ts"
import * as Fields from "./Fields.ts"
import type { Input } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({
  header,
  include,
  input,
  method,
  paginate,
  path,
  text,
  typed
}: Input) {
  if (paginate && include) {
    return yield* new UsageError({
      message: "--include shows one answer, --paginate has many: leave out one of them."
    })
  }
  const printer = yield* Output.make({ format: "ndjson" })
  const fields = [...(yield* Effect.forEach(text, Fields.ofText)), ...(yield* Effect.forEach(typed, Fields.ofTyped))]
  const request = yield* ApiCall.request({ method, path, fields, input, headers: header })
  yield* (
    paginate ? CallFlags.patiently(printer.rows(ApiCall.pages(request))) : ApiCall.call(request, printer, include)
  ).pipe(Effect.provide(OneShot.layer))
})
