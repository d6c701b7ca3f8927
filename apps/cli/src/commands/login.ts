/** `genesys login`: asks who we are, or reads it from flags and standard input, and stores a profile. */
import * as Region from "@effect-genesys/auth/Region"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Login from "../login/Login.ts"
import * as Prompts from "../login/Prompts.ts"
import * as WebLogin from "../login/WebLogin.ts"

const flags = {
  clientId: Flag.String("client-id").pipe(
    Flag.withDescription("The id of the OAuth client, instead of being asked for it"),
    Flag.withMetavar("id"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  secretStdin: Flag.Boolean("secret-stdin").pipe(
    Flag.withDescription("Read the client secret from standard input; it is never taken from an argument"),
    Flag.withDefault(false)
  ),
  web: Flag.Boolean("web").pipe(
    Flag.withDescription("Log in in the browser, as a person: needs an OAuth client with the grant Code Authorization"),
    Flag.withDefault(false)
  ),
  port: Flag.Int("port").pipe(
    Flag.withDescription(
      "With --web: the port of the redirect URI, http://127.0.0.1:PORT/callback; 0 takes a free one"
    ),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
    Flag.withDefault(WebLogin.defaultPort)
  ),
  noBrowser: Flag.Boolean("no-browser").pipe(
    Flag.withDescription("With --web: print the address, and open nothing"),
    Flag.withDefault(false)
  ),
  wait: Flag.String("wait").pipe(
    Flag.withDescription("With --web: how long to wait for the browser, such as 90s or 10m"),
    Flag.withMetavar("duration"),
    Flag.withSchema(DurationFromText),
    Flag.withDefault(Duration.minutes(5))
  )
}

/** What the flags leave open is asked, where there is somebody to ask. */
const ask = Effect.fnUntraced(function* (clientId: Option.Option<string>, needsSecret: boolean) {
  const known = yield* Login.known
  const canAsk = yield* Prompts.interactive
  const id = Option.orElse(clientId, () => (canAsk ? Option.none() : known.clientId))
  if (!canAsk && (Option.isNone(id) || needsSecret)) {
    const missing = [...(Option.isNone(id) ? ["--client-id"] : []), ...(needsSecret ? ["--secret-stdin"] : [])]
    return yield* new UsageError({
      message: `There is no terminal to ask in. Give ${missing.join(" and ")}, and --region if it is not ${Region.defaultRegion.name}.`
    })
  }
  const { region: given } = known
  return {
    ...known,
    region:
      canAsk && !known.regionSaid && Option.isNone(clientId)
        ? yield* Prompts.region(Option.getOrElse(given, () => Region.defaultRegion))
        : Option.getOrElse(given, () => Region.defaultRegion),
    clientId: Option.isSome(id) ? id.value : yield* Prompts.clientId(known.clientId)
  } satisfies Login.Target
})

export const login = Command.make(
  "login",
  flags,
  Effect.fnUntraced(function* (given) {
    if (given.web && given.secretStdin) {
      return yield* new UsageError({ message: "--web needs no secret: leave --secret-stdin out." })
    }
    const target = yield* ask(given.clientId, !given.web && !given.secretStdin)
    const { profile, who } = given.web
      ? yield* WebLogin.run(target, { port: given.port, browser: !given.noBrowser, wait: given.wait })
      : {
          profile: yield* Login.withSecret(
            target,
            given.secretStdin ? yield* Prompts.secretFromInput : yield* Prompts.secret
          ),
          who: ""
        }
    const where =
      profile.secret?.in === "keyring"
        ? "in the system's keyring"
        : "in an encrypted file, with its key in a file beside it; the system's keyring is not used"
    // Hosts of the environment go with it, whatever its region is.
    const at = profile.loginUrl === undefined ? "" : `, at ${profile.loginUrl}`
    yield* Console.error(
      `Logged in${who}. The profile ${target.name} is for ${profile.clientId} in ${profile.region}${at}; its secret is ${where}.`
    )
  }, Effect.provide(Login.layerProfiles))
).pipe(
  Command.withDescription(
    "Store a profile: region, client id and secret, once a token was got with them. The secret goes to the system's keyring, or to an encrypted file where there is none."
  ),
  Command.withExamples([
    { command: "genesys login", description: "Ask for everything, and store it as the default profile" },
    {
      command: "genesys login --profile acme --region eu-central-1 --client-id ID --secret-stdin < secret.txt",
      description: "For scripts: asks nothing"
    },
    { command: "genesys login --web", description: "Log in in the browser" }
  ])
)
