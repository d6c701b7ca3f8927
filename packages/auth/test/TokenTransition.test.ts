/**
 * The steps of a token manager by themselves: that whoever waits is never forgotten, whatever happens in whatever order. The model
 * sees only what comes out in the end, and a script in which callers lose their patience would hide it there.
 */
import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AccessToken } from "../src/AccessToken.ts"
import { ClientCredentials } from "../src/Grant.ts"
import type { Instant } from "../src/internal/instant.ts"
import * as TokenState from "../src/internal/tokenState.ts"
import { type Event, transition } from "../src/internal/tokenTransition.ts"
import { Policy } from "../src/RefreshPolicy.ts"
import { AuthenticationError, UnavailableError } from "../src/TokenError.ts"

const host = "https://login.mypurecloud.com"
const grantOf = (secret: number) =>
  new ClientCredentials({ clientId: "id", clientSecret: Redacted.make(`secret-${secret}`) })

const Happening = Schema.Struct({
  what: Schema.Literals(["Asked", "Waiting", "Issued", "Refused", "Unavailable", "Rejected", "Changed"]),
  /** Of an exchange that was replaced. */
  late: Schema.Boolean,
  /** Seconds since the last one. */
  after: Schema.Literals([0, 1, 60, 3_600]),
  /** Of a token, in seconds. */
  life: Schema.Literals([1, 300, 86_400]),
  waiting: Schema.Literals([0, 1, 10_000]),
  random: Schema.Literals([0, 0.5, 0.999])
})
type Happening = typeof Happening.Type

const at = (seconds: number): Instant => ({
  wallMillis: seconds * 1_000,
  monotonicNanos: BigInt(seconds) * 1_000_000_000n
})

const eventOf = (state: TokenState.State, now: Instant, happening: Happening): Event => {
  const { late, life, random, what } = happening
  const attempt = state.attempts - (late ? 1 : 0)
  switch (what) {
    case "Asked":
      return { _tag: what, force: late }
    case "Waiting":
      return { _tag: what }
    case "Issued": {
      const token = new AccessToken({
        value: Redacted.make(`token-${state.attempts}`),
        fingerprint: `print-${state.attempts}`,
        issuedAt: DateTime.makeUnsafe(now.wallMillis),
        expiresIn: Duration.seconds(life)
      })
      return { _tag: what, token, next: state.grant, since: now, attempt, random }
    }
    case "Refused": {
      const error = new AuthenticationError({
        code: "invalid_client",
        description: "",
        region: "x",
        message: "refused"
      })
      return { _tag: "Failed", error, pause: 300_000, pauseWaiting: 300_000, attempt, random }
    }
    case "Unavailable": {
      const error = new UnavailableError({ reason: "Timeout", host, message: "down" })
      return { _tag: "Failed", error, pause: 60_000, pauseWaiting: 5_000, attempt, random }
    }
    case "Rejected":
      return { _tag: what, token: state.held?.token ?? new AccessToken({ ...none }), random }
    case "Changed":
      return { _tag: what, grant: grantOf(late ? state.generation : state.generation + 1) }
  }
}

const none = {
  value: Redacted.make("none"),
  fingerprint: "none",
  issuedAt: DateTime.makeUnsafe(0),
  expiresIn: Duration.zero
}

it.effect.prop(
  "every exchange is answered once or taken over, and whoever waits without a token has something to wait for",
  { background: Schema.Boolean, happenings: Schema.Array(Happening) },
  ({ background, happenings }) =>
    Effect.sync(() => {
      const policy = new Policy({ background })
      let seconds = 1_000_000
      let state = TokenState.initial(grantOf(0))
      const open = new Set<number>()
      const given = (waiting: number): TokenState.Given => ({ policy, host, now: at(seconds), waiting })

      const take = (event: Event, waiting: number) => {
        const before = Object.freeze(state)
        const step = transition(given(waiting), before, event)
        state = step.state
        for (const command of step.commands) {
          if (command._tag === "Exchange") {
            assert.strictEqual(open.size, command.replaces === undefined ? 0 : 1)
            if (command.replaces !== undefined) assert.isTrue(open.delete(command.replaces))
            open.add(command.attempt)
          }
          if (command._tag === "Answer" && command.attempt !== undefined && !open.delete(command.attempt))
            assert.fail(`${command.attempt} was answered twice, or never begun`)
        }
        return step
      }

      for (const happening of happenings) {
        seconds += happening.after
        const { waiting } = happening
        const { commands } = take(eventOf(state, at(seconds), happening), waiting)
        const isLost =
          state.attempt === undefined &&
          waiting > 0 &&
          !TokenState.isUsable(state.held, at(seconds)) &&
          commands.length > 0
        if (isLost) assert.isTrue(commands.some(({ _tag }) => _tag === "Wait"))
        assert.deepStrictEqual([...open], state.attempt === undefined ? [] : [state.attempt])
      }
      take({ _tag: "Closed" }, 0)
      assert.strictEqual(open.size, 0)
      assert.deepStrictEqual(take({ _tag: "Asked", force: true }, 1).commands, [])
    }),
  { arbitrary: { runs: 500, size: 30 } }
)
