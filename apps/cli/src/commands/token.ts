/** `genesys token`: a valid token for other programs, or its times with `--json`. */
import { Policy, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Genesys from "@effect-genesys/runtime/Genesys"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print its fingerprint and times as JSON instead of the token"),
  Flag.withDefault(false)
)

export const token = Command.make(
  "token",
  { json },
  Effect.fnUntraced(
    function* (flags) {
      const found = yield* TokenManager.use((manager) => manager.token)
      if (!flags.json) return yield* Console.log(Redacted.value(found.value))
      const left = Duration.millis(DateTime.toEpochMillis(found.expiresAt) - (yield* Clock.currentTimeMillis))
      yield* Console.log(
        JSON.stringify({
          fingerprint: found.fingerprint,
          issuedAt: DateTime.formatIso(found.issuedAt),
          expiresAt: DateTime.formatIso(found.expiresAt),
          secondsLeft: Math.floor(Duration.toSeconds(left))
        })
      )
    },
    Effect.provide(Genesys.layerToken),
    // A program that ends at once renews nothing in the background.
    Effect.provideService(RefreshPolicy, new Policy({ background: false }))
  )
).pipe(
  Command.withDescription("Print a valid access token."),
  Command.withExamples([
    { command: "genesys token", description: "Print a token" },
    { command: "genesys token --json", description: "Print its fingerprint, when it was issued and when it expires" }
  ])
)
