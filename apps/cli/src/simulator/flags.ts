/** The flags of `genesys simulator`: some of its options, each as it is said there. */
import { ProgramOptions } from "@effect-genesys/simulator/ProgramOptions"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

const { fields } = ProgramOptions
const defaults = ProgramOptions.make({})
type Name = keyof typeof fields

/** Such as `token-lifetime`. */
const flagOf = <A>(name: Name, kind: (name: string) => Flag.Flag<A>) =>
  kind(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).pipe(
    Flag.withDescription(Schema.resolveAnnotationsKey(fields[name])?.description ?? "")
  )
const int = (name: Exclude<Name, "host" | "allOperations">) =>
  flagOf(name, Flag.Int).pipe(Flag.withSchema(fields[name]), Flag.withDefault(defaults[name]))

const scenario = Flag.String("scenario").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("A JSON file of what shall happen at which second"),
  Flag.optional
)

export const flags = {
  port: int("port"),
  host: flagOf("host", Flag.String).pipe(Flag.withSchema(fields.host), Flag.withDefault(defaults.host)),
  tokenLifetime: int("tokenLifetime"),
  seed: int("seed"),
  conversationsPerHour: int("conversationsPerHour"),
  allOperations: flagOf("allOperations", Flag.Boolean).pipe(Flag.withDefault(defaults.allOperations)),
  scenario
}
export type Input = Command.Command.Config.Infer<typeof flags>
