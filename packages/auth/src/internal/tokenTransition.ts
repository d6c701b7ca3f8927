/**
 * What a token manager does: from what it knows and what happens follow what it knows then, and commands for whoever runs it. Nothing
 * here has an effect, so each step can be looked at by itself; `tokenMachine.ts` runs the commands.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import type { Grant } from "../Grant.ts"
import type { Issued } from "./acquire.ts"
import * as Instant from "./instant.ts"
import * as Errors from "./managerErrors.ts"
import * as Timing from "./timing.ts"
import type { Command, Event, Report } from "./tokenEvent.ts"
import * as TokenState from "./tokenState.ts"

export type { Command, Event, Report }

type State = TokenState.State
type Given = TokenState.Given

export interface Step {
  readonly state: State
  readonly commands: ReadonlyArray<Command>
}

export const transition = (given: Given, state: State, event: Event): Step => {
  switch (event._tag) {
    case "Asked":
      return state.closed || state.attempt !== undefined ? stay(state) : begin(given, state, event.force)
    case "Waiting":
      return seeTo(given, state)
    case "Issued":
      return state.attempt === event.attempt ? issued(given, state, event) : stay(state)
    case "Failed":
      return state.attempt === event.attempt ? failed(given, state, event) : stay(state)
    case "Postponed":
      return state.attempt === event.attempt ? postponed(given, state, event) : stay(state)
    case "Found":
      return isWanted(state, event) ? issued(given, state, { ...event, attempt: undefined }) : stay(state)
    case "Rejected":
      return rejected(given, state, event)
    case "Changed":
      return changed(given, state, event.grant)
    case "Closed":
      return closed(given, state)
  }
}

const stay = (state: State): Step => ({ state, commands: [] })

const tell = ({ now }: Given, state: State): Command => ({ _tag: "Tell", status: TokenState.status(state, now) })

/** Begins an exchange. One that still runs is for older credentials. */
const begin = (given: Given, before: State, force = false): Step => {
  const attempt = before.attempts + 1
  const state = { ...before, attempts: attempt, attempt }
  return { state, commands: [tell(given, state), { _tag: "Exchange", attempt, replaces: before.attempt, force }] }
}

/** Sees to what is due: at once, or when its time has come. */
const seeTo = (given: Given, state: State): Step => {
  const millis = TokenState.dueIn(given, state)
  if (millis === undefined) return stay(state)
  return millis <= 0 ? begin(given, state) : { state, commands: [{ _tag: "Wait", millis }] }
}

/** Says what is known now, sees to what is due then, and does the rest. */
const become = (given: Given, state: State, ...rest: ReadonlyArray<Command>): Step => {
  const next = seeTo(given, state)
  return { state: next.state, commands: [tell(given, state), ...next.commands, ...rest] }
}

type Of<Tag extends Event["_tag"]> = Extract<Event, { readonly _tag: Tag }>

interface Found extends Omit<Issued, "_tag"> {
  readonly attempt: number | undefined
  readonly random: number
}

const issued = (given: Given, state: State, { attempt, next, random, since, token }: Found): Step => {
  const { now, policy } = given
  const life = Duration.toMillis(token.expiresIn)
  const renewAfter = Timing.renewAfter(policy, life, random)
  const usableFor = Timing.usableFor(policy, life)
  const held: TokenState.Held = {
    token,
    since,
    renewAfter,
    usableFor,
    provenAfter: Timing.provenAfter(policy, life),
    fresh: Instant.plus(since, Math.min(renewAfter, usableFor)),
    exit: Exit.succeed(token)
  }
  const previous = state.held
  const previousLeft =
    previous === undefined ? 0 : Duration.toMillis(previous.token.expiresIn) - Instant.elapsed(previous.since, now)
  const pause = Timing.pauseOfShort(life)
  const window = pause === 0 ? undefined : Instant.window(since, pause)
  return become(
    given,
    {
      ...state,
      grant: next,
      grantedAt: token.issuedAt.epochMilliseconds,
      held,
      attempt: undefined,
      pause: window,
      pauseWaiting: window,
      refusal: undefined,
      error: undefined,
      failures: 0,
      rejections: TokenState.isProven(previous, now) ? 0 : state.rejections,
      outcome: { at: DateTime.makeUnsafe(now.wallMillis), result: "issued", message: "" }
    },
    { _tag: "ReportIssued", token, previousLeft },
    // The last thing, so that a program that ends with its answer has said what happened.
    { _tag: "Answer", attempt, exit: held.exit }
  )
}

const failed = (given: Given, state: State, event: Of<"Failed">): Step => {
  const { now, policy, waiting } = given
  const { attempt, error, next, random } = event
  const refusal = error._tag === "AuthenticationError" ? error : state.refusal
  // What was to be waited for before outlasts whatever a request meets meanwhile.
  const probe = refusal !== undefined && refusal !== error ? Timing.probe(policy, random) : 0
  const after = (earlier: Instant.Window | undefined, millis: number) =>
    Instant.later(earlier, Instant.window(now, Math.max(millis, probe)), now)
  const pause = after(state.pause, event.pause)
  const pauseWaiting = after(state.pauseWaiting, event.pauseWaiting)
  return become(
    given,
    {
      ...state,
      ...(next === undefined ? {} : { grant: next, grantedAt: now.wallMillis }),
      attempt: undefined,
      pause,
      pauseWaiting,
      refusal,
      error,
      failures: state.failures + 1,
      outcome: { at: DateTime.makeUnsafe(now.wallMillis), result: error._tag, message: error.message }
    },
    {
      _tag: "ReportFailed",
      error,
      nextAttempt: Instant.remaining(waiting > 0 ? pauseWaiting : pause, now),
      serving: TokenState.isUsable(state.held, now)
    },
    { _tag: "Answer", attempt, exit: Exit.fail(error) }
  )
}

/** Nothing has happened but time: the token that is held serves until the store is looked at again. */
const postponed = (given: Given, state: State, { attempt, millis }: Of<"Postponed">): Step => {
  const { held } = state
  // It was refused meanwhile: there is nothing to wait with.
  if (held === undefined) return begin(given, state)
  const next = { ...state, attempt: undefined, pause: Instant.window(given.now, millis) }
  return become(given, next, { _tag: "Answer", attempt, exit: held.exit })
}

/** An exchange that is under way looks into the store itself, and what nobody has asked for yet is not kept. */
const isWanted = (state: State, { source, token }: Of<"Found">): boolean =>
  !state.closed &&
  state.attempt === undefined &&
  state.outcome !== undefined &&
  Equal.equals(source, state.source) &&
  token.fingerprint !== state.rejected &&
  (state.held === undefined || token.issuedAt.epochMilliseconds >= state.held.token.issuedAt.epochMilliseconds)

/** Only the token that is held now is dropped. One that never worked starts the backoff. */
const rejected = (given: Given, state: State, event: Of<"Rejected">): Step => {
  const { host, now, policy } = given
  const { held, rejections } = state
  if (held === undefined || !Equal.equals(held.token.value, event.token.value)) return stay(state)
  const report: Command = { _tag: "ReportRejected", token: held.token }
  const without = { ...state, held: undefined, rejected: held.token.fingerprint }
  if (TokenState.isProven(held, now)) return become(given, { ...without, rejections: 0 }, report)
  const backoff = Instant.window(now, Timing.backoff(policy, rejections + 1, event.random))
  return become(
    given,
    {
      ...without,
      rejections: rejections + 1,
      error: Errors.unproven(host),
      pause: Instant.later(state.pause, backoff, now),
      pauseWaiting: Instant.later(state.pauseWaiting, backoff, now)
    },
    report
  )
}

/** Nothing that was learnt about other credentials holds for these; but the token of those is served until there is another. */
const changed = (given: Given, before: State, grant: Grant): Step => {
  if (before.closed || Equal.equals(grant, before.source)) return stay(before)
  const { attempt, outcome } = before
  const generation = before.generation + 1
  const state: State = {
    ...before,
    generation,
    source: grant,
    grant,
    grantedAt: undefined,
    pause: undefined,
    pauseWaiting: undefined,
    refusal: undefined,
    error: undefined,
    failures: 0,
    rejections: 0
  }
  const report: Command = { _tag: "ReportChanged", generation }
  // What was never asked for is not asked for now, nor what nobody waits for where nothing is kept in the background.
  const isIdle = attempt === undefined && given.waiting === 0 && (outcome === undefined || !given.policy.background)
  if (isIdle) return become(given, state, report)
  const begun = begin(given, state)
  return { state: begun.state, commands: [...begun.commands, report] }
}

const closed = (given: Given, { attempt, ...state }: State): Step =>
  become(
    given,
    { ...state, closed: true, held: undefined, attempt: undefined },
    { _tag: "Answer", attempt, exit: Exit.fail(Errors.closed(given.host)) }
  )
