/** `genesys status`: what is known of the token, from the cache alone. It never asks for one. */
import * as Transport from "@effect-genesys/client/Transport"
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
import * as LiveText from "../output/LiveText.ts"
import * as StatusReport from "../status/StatusReport.ts"
import * as StatusView from "../status/StatusView.ts"
import * as TokenCheck from "../status/TokenCheck.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

const watch = Flag.Boolean("watch").pipe(
  Flag.withDescription("Go on until Ctrl-C: redrawn every second in a terminal; with --json a line for every change"),
  Flag.withDefault(false)
)

const check = Flag.Boolean("check").pipe(
  Flag.withDescription(
    "Make one call with the token, which tells whether the API takes it, and the rate limit as it is now; with --watch one every 10 s"
  ),
  Flag.withDefault(false)
)

const tick = Duration.seconds(1)
const checkEvery = Duration.toMillis(Duration.seconds(10))

/** Reads everything anew, but for the settings. */
const reporter = Effect.fnUntraced(function* (checks: boolean) {
  const settings = yield* StatusReport.settings
  let checkedAt = -Infinity
  let api: TokenCheck.ApiReport | undefined
  return Effect.gen(function* () {
    const entry = yield* StatusReport.entry
    const token = yield* StatusReport.token(entry)
    const now = yield* Clock.currentTimeMillis
    if (checks && now - checkedAt >= checkEvery) {
      checkedAt = now
      const held = token.state === "ready" ? Option.getOrUndefined(entry)?.token : undefined
      api = held && (yield* Effect.provide(TokenCheck.check(held), Transport.layerConfig))
    }
    const rates = yield* StatusReport.rates(token.fingerprint)
    return { ...settings, ...token, ...rates, ...api } satisfies StatusView.Shown
  })
})

const withoutCountdown = (shown: StatusView.Shown) =>
  JSON.stringify({ ...shown, secondsLeft: undefined }, (key, value: unknown) =>
    key === "resetSeconds" ? undefined : value
  )

const layer = Layer.provideMerge(Identity.layerStore, Identity.layerSettings)

export const status = Command.make("status", { json, watch, check }, (flags) =>
  Effect.gen(function* () {
    if (flags.watch && !flags.json && !process.stdout.isTTY) {
      return yield* new UsageError({ message: "--watch draws in a terminal. Add --json for a line for every change." })
    }
    const report = yield* reporter(flags.check)
    if (!flags.watch) {
      const shown = yield* report
      return yield* Console.log(flags.json ? JSON.stringify(shown) : StatusView.table(shown))
    }
    const screen = LiveText.make()
    let last = ""
    return yield* Effect.forever(
      Effect.gen(function* () {
        const shown = yield* report
        if (!flags.json) yield* screen.draw(StatusView.table(shown))
        else if (withoutCountdown(shown) !== last) yield* Console.log(JSON.stringify(shown))
        last = withoutCountdown(shown)
        yield* Effect.sleep(tick)
      })
    )
  }).pipe(Effect.provide(layer))
).pipe(
  Command.withDescription(
    "Show where each setting comes from, the shared token (its fingerprint, its times and how the last request for it ended) and what is left of the rate limit. Asks for no token."
  ),
  Command.withExamples([
    { command: "genesys status", description: "Show what the cache holds" },
    { command: "genesys status --json", description: "The same for programs" },
    { command: "genesys status --check", description: "Whether the API takes the token, for which it makes one call" },
    { command: "genesys status --watch", description: "Look on while other programs renew the token" }
  ])
)
