/** The flags of the commands of `genesys notifications`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Schema from "effect/Schema"

export const listenFlags = {
  topics: Argument.String("topic").pipe(
    Argument.withDescription("Such as v2.users.{id}.presence, with the id of a user"),
    // What is left in braces would be a topic that nothing is ever told of.
    Argument.withSchema(
      Schema.String.check(Schema.isPattern(/^[^\s{}]+$/, { expected: "a topic, with an id in the place of {id}" }))
    ),
    Argument.atLeast(1)
  )
}
export type Listen = Command.Command.Config.Infer<typeof listenFlags>
