/** What `genesys status` does. */
import * as Transport from "@effect-genesys/client/Transport"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as LiveText from "../output/LiveText.ts"
import * as Output from "../output/Output.ts"
import type { Input } from "./flags.ts"
import * as StatusReport from "./StatusReport.ts"
import * as StatusView from "./StatusView.ts"
import * as TokenCheck from "./TokenCheck.ts"

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

export const run = (flags: Input) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ endless: flags.watch })
    if (flags.watch && !printer.asked && !process.stdout.isTTY) {
      return yield* new UsageError({ message: "--watch draws in a terminal. Add --json for a line for every change." })
    }
    const report = yield* reporter(flags.check)
    if (!flags.watch) {
      const shown = yield* report
      return yield* printer.asked ? printer.value(shown) : Console.log(StatusView.table(shown))
    }
    const looks = Stream.tick(tick).pipe(Stream.mapEffect(() => report))
    if (printer.asked) {
      return yield* printer.rows(
        Stream.changesWith(looks, (one, other) => withoutCountdown(one) === withoutCountdown(other))
      )
    }
    const screen = LiveText.make()
    return yield* Stream.runForEach(looks, (shown) => screen.draw(StatusView.table(shown)))
  }).pipe(Effect.provide(layer))
