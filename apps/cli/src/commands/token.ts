/** `genesys token`: a valid token for other programs, from the cache that all processes share. */
import { Policy, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import * as StoredToken from "@effect-genesys/auth/StoredToken"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as AwaitedToken from "../calls/AwaitedToken.ts"
import * as Genesys from "../calls/Genesys.ts"
import * as TokenLine from "../token/TokenLine.ts"

const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print its fingerprint and times as JSON instead of the token"),
  Flag.withDefault(false)
)

const header = Flag.Boolean("header").pipe(
  Flag.withDescription("Print it as a header, for curl -H @-: so it is in no list of processes"),
  Flag.withDefault(false)
)

const minLife = Flag.String("min-life").pipe(
  Flag.withDescription("Ask for a new token if the shared one has less left than this, such as 90s, 10m or 2h"),
  Flag.withMetavar("duration"),
  Flag.withSchema(DurationFromText),
  Flag.withDefault(Duration.zero)
)

const renew = Flag.Boolean("renew").pipe(
  Flag.withDescription("Ask for a new token now, even if the credentials were just refused"),
  Flag.withDefault(false)
)

/** Somebody waits for it as long as `--timeout` says. A renewal is one exchange, whatever it comes to. */
const asked = Effect.fnUntraced(function* (wanted: { readonly minLife: Duration.Duration; readonly renew: boolean }) {
  const patience = yield* AwaitedToken.patience
  const policy = wanted.renew
    ? new Policy({ background: false, minLife: wanted.minLife, patience })
    : yield* AwaitedToken.policy(wanted.minLife)
  const renewed = TokenManager.use(({ renew: ask }) => AwaitedToken.told(ask))
  return yield* (wanted.renew ? renewed : AwaitedToken.get).pipe(
    Effect.provide(Genesys.layerManager),
    Effect.provideService(RefreshPolicy, policy)
  )
})

export const token = Command.make("token", { header, json, minLife, renew }, (flags) =>
  Effect.gen(function* () {
    if (flags.header && flags.json) {
      return yield* new UsageError({ message: "--header and --json are two ways to print it: give one of them." })
    }
    const stored = flags.renew ? Option.none() : yield* StoredToken.find(flags.minLife)
    const found = Option.isSome(stored) ? stored.value : yield* asked(flags)
    const now = yield* Clock.currentTimeMillis
    const left = TokenLine.left(found, now)
    if (left < Duration.toMillis(flags.minLife)) {
      yield* Console.error(
        `genesys: the token has ${Duration.format(Duration.seconds(Math.floor(left / 1000)))} left, less than --min-life asks for: ` +
          `the OAuth client's tokens live ${Duration.format(found.expiresIn)}.`
      )
    }
    yield* Console.log(TokenLine.tokenLine(found, flags, now))
  }).pipe(Effect.provide(Layer.merge(Identity.layerSettings, Identity.layerStore)))
).pipe(
  Command.withDescription(
    "Print a valid access token. It comes from a cache that all processes of this user share, and a new one is asked for only if need be."
  ),
  Command.withExamples([
    { command: "genesys token", description: "Print a token" },
    {
      command: 'genesys token --header | curl -H @- "$GENESYS_CLOUD_API_URL/api/v2/users"',
      description: "Call the API with curl, with the token in no argument list"
    },
    { command: "genesys token --json", description: "Print its fingerprint, when it was issued and when it expires" },
    { command: "genesys token --min-life 10m", description: "Print a token that is good for ten more minutes" }
  ])
)
