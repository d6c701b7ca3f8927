/** What `genesys api` does. */
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"
import * as ApiCall from "./ApiCall.ts"
import * as Fields from "./Fields.ts"
import type { Input } from "./flags.ts"
import * as Methods from "./Methods.ts"

/** A path alone is read. */
const calledAs = (call: string, path: Option.Option<string>) => {
  const method = Methods.find(call)
  if (Option.isSome(path)) {
    return method === undefined
      ? new UsageError({
          message: `${JSON.stringify(call)} is no method: write one of ${Methods.methods.join(", ")} before the path, or a path alone for a GET.`
        })
      : Effect.succeed({ method, path: path.value })
  }
  return method === undefined
    ? Effect.succeed({ method: "GET" as const, path: call })
    : new UsageError({ message: `Say what to call, behind the method: genesys api ${method} users.` })
}

export const run = Effect.fnUntraced(function* ({
  call,
  header,
  include,
  input,
  paginate,
  path: given,
  text,
  typed
}: Input) {
  if (paginate && include) {
    return yield* new UsageError({
      message: "--include shows one answer, --paginate has many: leave out one of them."
    })
  }
  const { method, path } = yield* calledAs(call, given)
  const printer = yield* Output.make({ format: "ndjson" })
  const fields = [...(yield* Effect.forEach(text, Fields.ofText)), ...(yield* Effect.forEach(typed, Fields.ofTyped))]
  const request = yield* ApiCall.request({ method, path, fields, input, headers: header })
  yield* (
    paginate ? CallFlags.patiently(printer.rows(ApiCall.pages(request))) : ApiCall.call(request, printer, include)
  ).pipe(Effect.provide(OneShot.layer))
})
