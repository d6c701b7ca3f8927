/** `genesys sdk call`: an operation of the SDK, once, or for every file of a folder. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Bulk from "@effect-genesys/runtime/Bulk"
import * as CallFlags from "@effect-genesys/runtime/CallFlags"
import * as JsonInput from "@effect-genesys/runtime/JsonInput"
import * as OneShot from "@effect-genesys/runtime/OneShot"
import * as Output from "@effect-genesys/runtime/Output"
import * as Progress from "@effect-genesys/runtime/Progress"
import * as SdkOperation from "@effect-genesys/runtime/SdkOperation"
import { Catalogue, type Operation } from "@effect-genesys/sdk/Catalogue"
import { GenesysSdk } from "@effect-genesys/sdk/GenesysSdk"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { operation } from "./operation.ts"

const flags = {
  operation,
  values: Argument.String("value").pipe(
    Argument.withDescription("The parameters of the path, in their order"),
    Argument.variadic()
  ),
  named: Flag.String("param").pipe(
    Flag.withAlias("p"),
    Flag.withDescription("A parameter; lists have commas between their values"),
    Flag.withMetavar("name=value"),
    Flag.atLeast(0)
  ),
  input: Flag.String("input").pipe(
    Flag.withDescription(
      "The body: a file, - for standard input; a folder of .json files, or an .ndjson file, for many calls"
    ),
    Flag.withMetavar("file"),
    Flag.optional
  ),
  lines: Flag.Boolean("lines").pipe(
    Flag.withDescription("Each line of the input is a call"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  parallel: Flag.Int("parallel").pipe(
    Flag.withDescription("How many of many calls are under way at once"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
    Flag.withDefault(8)
  ),
  state: Flag.String("state").pipe(
    Flag.withDescription("Where it is written down which of many calls are done; left out, beside the input"),
    Flag.withMetavar("file"),
    Flag.optional
  )
}

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
  if (body === undefined)
    return { ...given, ...Option.getOrElse(decodeParams(value), () => ({ [String(value)]: value })) }
  const envelope = Option.filter(decodeEnvelope(value), ({ params }) => params !== undefined)
  return Option.match(envelope, {
    onNone: () => ({ ...given, [body]: value }),
    onSome: (both) => ({ ...given, ...both.params, ...("body" in both ? { [body]: both.body } : {}) })
  })
}

const fatal = new Set(["AuthenticationError", "UnauthorizedError", "ConfigurationError"])

export const call = Command.make("call", flags, ({ input, lines, named, parallel, state, ...given }) =>
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
        concurrency: parallel,
        state: Option.getOrElse(state, () => (source === "-" ? undefined : `${source.replace(/[/\\]+$/, "")}.done`)),
        identity: JSON.stringify([apiUrl, clientId, SdkOperation.nameOf(found), values]),
        isFatal: ({ _tag }) => fatal.has(_tag)
      })
      yield* printer.rows(Progress.rows({ what: "calls", total: Effect.succeed(items.length) })(rows))
    }).pipe(CallFlags.patiently, Effect.provide(layer))
  }).pipe(Effect.provide(Catalogue.layer))
).pipe(
  Command.withDescription(
    "Call an operation of the SDK. With a folder of .json files or an .ndjson file as input, it is called for each of them: the results are lines of JSON with item, ok, and result or error; what succeeded is left out when the same command is run again; exits with 1 if any failed. " +
      'An input is the body, or {"params": {…}, "body": …}, or the parameters of an operation without a body.'
  ),
  Command.withShortDescription("Call an operation of the SDK"),
  Command.withExamples([
    { command: "genesys sdk call getUsers --param pageSize=5 --jq '.entities[].name'", description: "With parameters" },
    {
      command: "genesys sdk call UsersApi.postUsersSearch --input search.json",
      description: "With a body from a file"
    },
    {
      command: "genesys sdk call postUsersSearch --input searches/ --parallel 4",
      description: "Once for every .json file of a folder"
    }
  ])
)
