/** What `genesys login` does. */
import * as Region from "@effect-genesys/auth/Region"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Input } from "./flags.ts"
import * as Login from "./Login.ts"
import * as Prompts from "./Prompts.ts"
import * as WebLogin from "./WebLogin.ts"

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
    clientId: Option.isSome(id) ? id.value : yield* Prompts.clientId(known.clientId, known.loginUrl === undefined)
  } satisfies Login.Target
})

export const run = Effect.fnUntraced(function* (given: Input) {
  if (given.web && given.secretStdin) {
    return yield* new UsageError({ message: "--web needs no secret: leave --secret-stdin out." })
  }
  const alone = { port: Option.isSome(given.port), "no-browser": given.noBrowser, wait: Option.isSome(given.wait) }
  const [idle] = Object.entries(alone).flatMap(([name, isGiven]) => (isGiven && !given.web ? [name] : []))
  if (idle !== undefined) {
    return yield* new UsageError({ message: `--${idle} is for a login in the browser: add --web, or leave it out.` })
  }
  const target = yield* ask(given.clientId, !given.web && !given.secretStdin)
  const { profile, who } = given.web
    ? yield* WebLogin.run(target, {
        port: Option.getOrElse(given.port, () => WebLogin.defaultPort),
        browser: !given.noBrowser,
        wait: Option.getOrElse(given.wait, () => WebLogin.usualWait)
      })
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
  if (process.stderr.isTTY) yield* Console.error("Next: genesys doctor, or genesys whoami.")
}, Effect.provide(Login.layerProfiles))
