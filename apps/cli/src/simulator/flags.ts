/** The flags of `genesys simulator`. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const port = Flag.Int("port").pipe(
  Flag.withDescription("The port to listen on; 0 takes a free one"),
  Flag.withSchema(int(0, 65_535)),
  Flag.withDefault(0)
)

const tokenLifetime = Flag.Int("token-lifetime").pipe(
  Flag.withDescription("Seconds that a token lives"),
  Flag.withSchema(int(1, 38_880_000)),
  Flag.withDefault(86_400)
)

const seed = Flag.Int("seed").pipe(
  Flag.withDescription("The number that users, conversations and the secret are computed from"),
  Flag.withDefault(1)
)

const conversationsPerHour = Flag.Int("conversations-per-hour").pipe(
  Flag.withDescription("How many conversations start in an hour"),
  Flag.withSchema(int(1, 1_000_000)),
  Flag.withDefault(60)
)

const host = Flag.String("host").pipe(
  Flag.withDescription("The address to listen on; anything but loopback lets other machines in"),
  Flag.withSchema(Schema.NonEmptyString),
  Flag.withDefault("127.0.0.1")
)

const scenario = Flag.String("scenario").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("A JSON file of what shall happen at which second"),
  Flag.optional
)

export const flags = { port, host, tokenLifetime, seed, conversationsPerHour, scenario }
export type Input = Command.Command.Config.Infer<typeof flags>
