/** What `genesys sdk call` does. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import { UsageError } from "@effect-genesys/program/UsageError"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import type { Operation } from "@effect-genesys/sdk/CatalogueEntry"
import { GenesysSdk } from "@effect-genesys/sdk/GenesysSdk"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as JsonInput from "../api/JsonInput.ts"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"
import * as Progress from "../output/Progress.ts"
import * as Bulk from "./Bulk.ts"
import type { Call } from "./flags.ts"
import * as SdkOperation from "./SdkOperation.ts"

const layer = Layer.provideMerge(GenesysSdk.layer, OneShot.layer)

/** An input of many: the body, or `{"params": {…}, "body": …}`, or the parameters of an operation without a body. */
const Envelope = Schema.Struct({
  params: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  body: Schema.optionalKey(Schema.Unknown)
})
const decodeEnvelope = Schema.decodeUnknownOption(Envelope, { onExcessProperty: "error" })
const decodeParams = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))

const valuesOf = (found: Operation, given: SdkOperation.Values, value: unknown): SdkOperation.Values => {
  const body = SdkOperation.bodyOf(found)
  if (body === undefined) {
    const named = ExactNumber.isExactNumber(value) ? value.rawJSON : value
    return { ...given, ...Option.getOrElse(decodeParams(named), () => ({ [String(named)]: named })) }
  }
  const envelope = Option.filter(decodeEnvelope(value), ({ params }) => params !== undefined)
  return Option.match(envelope, {
    onNone: () => ({ ...given, [body]: value }),
    onSome: (both) => ({ ...given, ...both.params, ...("body" in both ? { [body]: both.body } : {}) })
  })
}

const fatal = new Set(["AuthenticationError", "UnauthorizedError", "ConfigurationError"])

export const run = ({ done, input, lines, named, parallel, ...given }: Call) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ format: "ndjson" })
    const found = yield* SdkOperation.find(given.operation)
    const values = yield* SdkOperation.values(found, given.values, named)
    const source = Option.getOrUndefined(input)
    const send = (args: ReadonlyArray<unknown>) => GenesysSdk.use((sdk) => sdk.call(found.api, found.name, args))

    if (source === undefined || !(yield* Bulk.isBulk(source, lines))) {
      const body =
        source === undefined
          ? {}
          : valuesOf(found, values, yield* JsonInput.parse(source, yield* JsonInput.text(source)))
      const idle = lines ? "lines" : Option.isSome(parallel) ? "parallel" : Option.isSome(done) ? "done" : undefined
      if (idle !== undefined) {
        return yield* new UsageError({
          message: `--${idle} is for many calls: give a folder or an .ndjson file with --input, or leave it out.`
        })
      }
      const args = yield* SdkOperation.argumentsFrom(found, { ...values, ...body })
      const answer = yield* Effect.provide(send(args), layer)
      if (answer !== undefined && answer !== null) yield* printer.value(answer)
      return
    }

    const inputs = yield* Bulk.read(source)
    const items = yield* Effect.forEach(inputs, (item) =>
      Effect.map(SdkOperation.argumentsFrom(found, valuesOf(found, values, item.value)), (args) => ({
        ...item,
        value: args
      }))
    )
    yield* Effect.gen(function* () {
      const { apiUrl } = yield* Environment
      const { clientId } = yield* Credentials.use(({ current }) => current)
      const rows = Bulk.run({
        items,
        call: send,
        concurrency: Option.getOrElse(parallel, () => 8),
        state: Option.getOrElse(done, () =>
          source === "-" ? undefined : `${source.replace(/(?<![/\\])[/\\]+$/, "")}.done`
        ),
        identity: JSON.stringify([apiUrl, clientId, SdkOperation.nameOf(found), values]),
        isFatal: ({ _tag }) => fatal.has(_tag)
      })
      yield* printer.rows(Progress.rows({ what: "calls", total: Effect.succeed(items.length) })(rows))
    }).pipe(CallFlags.patiently, Effect.provide(layer))
  }).pipe(Effect.provide(Catalogue.layer))
