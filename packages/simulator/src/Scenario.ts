/**
 * A scenario: what shall happen to a simulator at which second of its run, as a value or as the text of a JSON file. It says
 * the same things as the control API.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { Fault } from "./Fault.ts"
import { LimitsChange } from "./Limits.ts"

/** Seconds since the simulator started, by the clock of the machine: to advance the simulator's does not hurry it. */
const at = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
/** The id of an OAuth client. Default: the default client. */
const client = Schema.optionalKey(Schema.NonEmptyString)

/** One thing that happens, and at which second. */
export const ScenarioStep = Schema.Union([
  /** Puts a fault in force. */
  Schema.Struct({ at, do: Schema.Literal("fault"), fault: Fault }),
  Schema.Struct({ at, do: Schema.Literal("clearFaults") }),
  /** Kills every live token. */
  Schema.Struct({ at, do: Schema.Literal("revoke") }),
  /** Gives a client this secret. */
  Schema.Struct({
    at,
    do: Schema.Literal("rotate"),
    client,
    secret: Schema.RedactedFromValue(Schema.NonEmptyString)
  }),
  Schema.Struct({ at, do: Schema.Literal("disable"), client }),
  Schema.Struct({ at, do: Schema.Literal("enable"), client }),
  Schema.Struct({
    at,
    do: Schema.Literal("clock"),
    advanceSeconds: Schema.Finite.check(Schema.isGreaterThan(0))
  }),
  Schema.Struct({ at, do: Schema.Literal("limits"), limits: LimitsChange })
])
export type ScenarioStep = typeof ScenarioStep.Type

/** The steps, in any order. */
export const Scenario = Schema.Array(ScenarioStep)
export type Scenario = typeof Scenario.Type

/** The text is no scenario. The message names the field, such as `[2].fault.share`. */
export class ScenarioError extends Schema.TaggedError<ScenarioError>("@effect-genesys/simulator/ScenarioError")(
  "ScenarioError",
  { message: Schema.String, field: Schema.String }
) {}

const kinds = ["fault", "clearFaults", "revoke", "rotate", "disable", "enable", "clock", "limits"] as const
const format = SchemaIssue.makeFormatterStandardSchemaV1()
/** Decoded first, because a union cannot say which of its members was meant. */
const heads = Schema.decodeUnknownResult(Schema.Array(Schema.Struct({ do: Schema.Literals(kinds) })))
const decode = Schema.decodeUnknownResult(Scenario, { onExcessProperty: "error" })
const json = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Json))

const nameOf = (path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>) => {
  let name = ""
  for (const segment of path) {
    const key = typeof segment === "object" ? segment.key : segment
    name += typeof key === "number" ? `[${key}]` : `${name === "" ? "" : "."}${String(key)}`
  }
  return name === "" ? "the scenario" : name
}

/** Decodes the text of a scenario file. Fields that mean nothing are refused too. */
export const parse = Effect.fnUntraced(function* (text: string): Effect.fn.Return<Scenario, ScenarioError> {
  const value = json(text)
  if (Result.isFailure(value)) {
    return yield* new ScenarioError({ message: "It is not JSON", field: "the scenario" })
  }
  const head = heads(value.success)
  const scenario = Result.andThen(head, () => decode(value.success))
  if (Result.isFailure(scenario)) {
    const [issue] = format(scenario.failure.issue).issues
    const field = nameOf(issue?.path ?? [])
    return yield* new ScenarioError({ message: `${field}: ${issue?.message ?? "not understood"}`, field })
  }
  return scenario.success
})
