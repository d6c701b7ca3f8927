/** `genesys notifications listen`: the events of topics as NDJSON, until it is told to stop. */
import { Notifications } from "@effect-genesys/client/Notifications"
import * as Identity from "@effect-genesys/program/Identity"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Genesys from "../../calls/Genesys.ts"
import * as Output from "../../output/Output.ts"

const topics = Argument.String("topic").pipe(
  Argument.withDescription("Such as v2.users.{id}.presence, with the id of a user"),
  // What is left in braces would be a topic that nothing is ever told of.
  Argument.withSchema(
    Schema.String.check(Schema.isPattern(/^[^\s{}]+$/, { expected: "a topic, with an id in the place of {id}" }))
  ),
  Argument.atLeast(1)
)

/** It lives long enough to renew its token ahead of time, and shares it all the same. */
const layer = Notifications.layer.pipe(Layer.provide(Genesys.layer), Layer.provide(Identity.layerStore))

export const listen = Command.make("listen", { topics }, (flags) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ format: "ndjson" })
    const events = Stream.unwrap(Effect.map(Notifications, (notifications) => notifications.listen(flags.topics)))
    yield* Effect.provide(printer.rows(events), layer)
  })
).pipe(
  Command.withDescription(
    "Print the events of topics as lines of JSON, over token renewals and reconnects, until Ctrl-C. " +
      'The field _tag is "Listening" once all is subscribed, "Event" for an event, and "Gap" where events may be missing: read the state from the API then.'
  ),
  Command.withShortDescription("Print the events of topics as they happen"),
  Command.withExamples([
    {
      command: "genesys notifications listen v2.users.b0ced89c-86b0-4e88-b56e-36cb03e509d1.presence",
      description: "The presence of a user"
    }
  ])
)
