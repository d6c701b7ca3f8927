/** The flags of `genesys exec`. */
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

export const flags = {
  minLife: Flag.String("min-life").pipe(
    Flag.withDescription("Ask for a new token if the shared one has less left than this, such as 90s, 10m or 2h"),
    Flag.withMetavar("duration"),
    Flag.withSchema(DurationFromText),
    Flag.withDefault(Duration.minutes(10))
  ),
  named: Flag.String("env").pipe(
    Flag.withDescription(
      "Hand this variable of the environment on too, which must be set; may be repeated. AWS_* stands for all that begin so, * for all"
    ),
    Flag.withMetavar("name"),
    Flag.withSchema(
      Schema.String.check(
        Schema.makeFilter(ChildEnvironment.isPattern, { expected: "a name, or its beginning with *" })
      )
    ),
    Flag.atLeast(0)
  ),
  program: Argument.String("command").pipe(
    Argument.withDescription("The program and its arguments, after --"),
    Argument.variadic({ min: 1 })
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
