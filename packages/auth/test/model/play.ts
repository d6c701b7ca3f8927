/**
 * Plays one `Script` against a `TokenManager` of its own, under the test clock, and fails with what was violated and all
 * that happened before.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AccessToken } from "../../src/AccessToken.ts"
import { ClientCredentials, type Grant } from "../../src/Grant.ts"
import { Policy } from "../../src/RefreshPolicy.ts"
import { type Issued, TokenEndpoint } from "../../src/TokenEndpoint.ts"
import { AuthenticationError, RateLimitError, type TokenError, UnavailableError } from "../../src/TokenError.ts"
import * as Face from "./Face.ts"
import type { Action, Answer, Script } from "./Script.ts"
import { type Caller, type Request, valueOf, World } from "./World.ts"

const host = "https://login.example"

const grant = (secret: string) => new ClientCredentials({ clientId: "model", clientSecret: Redacted.make(secret) })

const secretOf = (shown: Grant) =>
  shown._tag === "ClientCredentials" && shown.clientSecret !== undefined ? Redacted.value(shown.clientSecret) : "none"

const makeToken = (value: string, fingerprint: string, issuedAt: number, life: number) =>
  new AccessToken({
    value: Redacted.make(value),
    fingerprint,
    issuedAt: DateTime.makeUnsafe(issuedAt),
    expiresIn: Duration.millis(life)
  })

const unknown = makeToken("unknown", "unknown", 0, 300_000)

// --- the login host ---------------------------------------------------------------------------------------------------

const endpoint = (world: World, script: Script, tokens: Map<number, AccessToken>) => {
  const reply = (
    request: Request,
    shown: Grant,
    answer: Answer
  ): Effect.Effect<Issued, AuthenticationError | RateLimitError | UnavailableError> => {
    switch (answer.answer) {
      case "issue": {
        const token = makeToken(valueOf(request), `n${request.n}`, request.at.wall, answer.life)
        const next = script.rotating ? grant(`g${request.generation}-r${request.n}`) : shown
        tokens.set(request.n, token)
        world.issued(request, answer.life, secretOf(next))
        return Effect.succeed({ token, next })
      }
      case "refuse": {
        world.failed(request, "AuthenticationError", undefined)
        const code = `g${request.generation}`
        const message = `refused ${request.n}`
        return Effect.fail(new AuthenticationError({ message, code, description: "", region: "" }))
      }
      case "hang":
        return Effect.never
      case "die":
        world.failed(request, "defect", undefined)
        return Effect.die(new Error("a bug"))
      default: {
        world.failed(request, answer.answer, answer.retryAfter)
        const message = `${answer.answer} ${request.n}`
        const retryAfter = answer.retryAfter === undefined ? {} : { retryAfter: Duration.millis(answer.retryAfter) }
        return Effect.fail(
          answer.answer === "rate limit"
            ? new RateLimitError({ message, source: "login", ...retryAfter })
            : new UnavailableError({ message, reason: "ServerError", host, ...retryAfter })
        )
      }
    }
  }
  return TokenEndpoint.of({
    host,
    exchange: (shown: Grant) =>
      Effect.suspend(() => {
        const request = world.sent(secretOf(shown))
        const answer = script.answers[request.n - 1] ?? script.finally
        const replying = Effect.suspend(() => reply(request, shown, answer))
        return (answer.after > 0 ? Effect.andThen(Effect.sleep(answer.after), replying) : replying).pipe(
          Effect.onInterrupt(() =>
            Effect.suspend(() => {
              world.aborted(request)
              return answer.abort > 0 ? Effect.sleep(answer.abort) : Effect.void
            }).pipe(Effect.ensuring(Effect.sync(() => world.abortedFully())))
          ),
          Effect.ensuring(Effect.sync(() => world.ended()))
        )
      })
  })
}

// --- one run ----------------------------------------------------------------------------------------------------------

export const play = Effect.fnUntraced(
  function* (script: Script, face: "effects" | "promises" = "effects") {
    const clock = yield* Clock.Clock
    const world = new World(clock, script, face === "promises")
    const tokens = new Map<number, AccessToken>()
    const fibers = new Map<Caller, Fiber.Fiber<AccessToken, TokenError>>()
    const queue = yield* Queue.unbounded<Grant>()
    let source = "g0"
    let offered = 0

    // One by one, so that what is held is looked at just before each change is taken.
    const changes = Stream.fromEffectRepeat(
      Effect.tap(Queue.take(queue), (taken) => Effect.sync(() => world.changing(secretOf(taken))))
    )
    const tokenOf = (value: string) =>
      [...tokens.values()].find((token) => Redacted.value(token.value) === value) ?? unknown
    const manager: Face.Face = yield* (face === "effects" ? Face.effects : Face.promises)({
      credentials: { current: Effect.succeed(grant("g0")), changes },
      endpoint: endpoint(world, script, tokens),
      policy: new Policy({ background: script.background }),
      tokenOf,
      giveUp: script.seed % 2 === 0
    })
    world.manager = manager

    const { settle } = manager

    const rest = Effect.gen(function* () {
      yield* settle
      world.rest()
      if (!world.isIdle()) return
      yield* TestClock.adjust("3 millis")
      yield* settle
      world.rest()
    })

    const call = Effect.fnUntraced(function* (
      name: string,
      renews: boolean,
      effect: Effect.Effect<AccessToken, TokenError>
    ) {
      const caller = world.calls(`${name} ${world.callers.length + 1}`, renews)
      world.say(`${caller.name} calls`)
      const reporting = Effect.onExit(effect, (exit) => Effect.sync(() => world.answered(caller, exit)))
      fibers.set(caller, yield* Effect.forkChild(reporting, { startImmediately: true }))
      return caller
    })

    const reject = (token: AccessToken) =>
      Effect.suspend(() => {
        world.rejects(token)
        return manager.reject(token)
      })

    const act = Effect.fnUntraced(function* (action: Action) {
      switch (action.action) {
        case "read":
          for (let i = 0; i < action.callers; i++) {
            const before = world.status()
            const caller = yield* call("reader", false, manager.token)
            yield* manager.turn
            world.readAt(before, caller)
            if (action.reject) {
              yield* Effect.forkChild(Effect.ignore(Effect.flatMap(Fiber.join(fibers.get(caller)!), reject)))
            }
          }
          return
        case "renew":
          yield* call("renewer", true, manager.renew)
          return
        case "reject": {
          const current = world.status()?.fingerprint
          const known = [...tokens.values()]
          const token =
            action.which === "unknown"
              ? unknown
              : known.findLast((one) => (one.fingerprint === current) === (action.which === "current"))
          if (token !== undefined) yield* reject(token)
          return
        }
        case "interrupt": {
          if (!manager.canGiveUp) return
          const waiting = world.waiting()
          const caller = waiting[action.caller % Math.max(waiting.length, 1)]
          if (caller === undefined) return
          world.say(`${caller.name} is interrupted`)
          caller.interrupted = true
          yield* Fiber.interrupt(fibers.get(caller)!)
          return
        }
        case "change":
          if (!action.same) source = `g${++offered}`
          world.say(`credentials ${source} are offered`)
          yield* Queue.offer(queue, grant(source))
          return
        case "back":
          if (!script.backwards) return
          world.say(`the clock is set back by ${action.millis} ms`)
          yield* TestClock.setTime(clock.currentTimeMillisUnsafe() - action.millis)
          return
        case "adjust":
          world.say(`${action.millis} ms pass`)
          yield* TestClock.adjust(action.millis)
          return
      }
    })

    // What `layerEager` does: a caller of its own that nobody waits for.
    if (script.eager) {
      yield* call("eager layer", false, manager.token)
      yield* rest
    }

    let hasty = false
    for (const step of script.steps) {
      yield* act(step)
      hasty = step.hasty
      if (!hasty) yield* rest
      if (world.violations.length > 0) return yield* Effect.die(new Error(world.report()))
    }

    // After a hasty step a caller may have its answer already without having looked at it.
    const waiting = hasty ? [] : world.waiting()
    world.say("the layer is closed")
    world.closed = true
    const closing = yield* Effect.forkChild(manager.close, { startImmediately: true })
    yield* settle
    const late = [yield* call("late reader", false, manager.token), yield* call("late renewer", true, manager.renew)]
    yield* reject(unknown)
    yield* settle
    yield* Queue.offer(queue, grant(`g${offered + 1}`))
    // Far beyond all steps backwards, which make the end of a request that is being aborted late.
    yield* TestClock.adjust("7 days")
    yield* Fiber.join(closing)
    world.end([...waiting, ...late])
    if (world.waiting().length > 0) world.violate("9: a caller waits for ever")
    if (world.violations.length > 0) return yield* Effect.die(new Error(world.report()))
  },
  (run, script, _face?: "effects" | "promises") => Random.withSeed(run, script.seed),
  Effect.provideService(References.MinimumLogLevel, "None")
)
