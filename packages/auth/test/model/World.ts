/**
 * The world around a `TokenManager` in the model test, as it is seen from outside: what was sent, answered, handed out
 * and rejected, and the invariants that follow. It is no second token manager: it never says what the manager will do,
 * only what it must not do. Every method is synchronous; `play.ts` calls them.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { AccessToken } from "../../src/AccessToken.ts"
import type { TokenError } from "../../src/TokenError.ts"
import type { Face } from "./Face.ts"
import type { TokenStatus } from "../../src/TokenStatus.ts"

// The numbers of `RefreshPolicy`, written down once more on purpose: a changed default must show here.
const mandatory = (life: number) => Math.min(life * 0.02, 30_000)
const proven = (life: number) => Math.min(life * 0.1, 60_000)
const advisory = (life: number) => Math.min(life * 0.2, 3_600_000)
const exchangeTimeout = 10_000
const patience = 30_000
/** What jitter leaves of a pause. */
const least = 0.8
const probeInterval = 300_000
/** The longest pause after a failure while somebody waits, before the jitter. */
const waitingMax = 5_000
const backoff = (failures: number) => Math.min(60_000, 1_000 * 2 ** (failures - 1))
/** What rounding may take away: the test clock counts nanoseconds. */
const grain = 0.01

export interface Moment {
  readonly wall: number
  readonly nanos: bigint
}

export interface Request {
  readonly n: number
  readonly generation: number
  readonly at: Moment
  /** Set when it has brought a token. */
  life: number | undefined
  rejectedAt: Moment | undefined
}

export interface Caller {
  readonly name: string
  readonly renews: boolean
  readonly since: Moment
  exit: Exit.Exit<AccessToken, TokenError> | undefined
  interrupted: boolean
}

interface Pause {
  readonly why: string
  readonly since: Moment
  readonly millis: number
  /** Our own backoff may be shorter while somebody waits. */
  readonly waiting: number
}

/** The generation that a secret (`g2`, or `g2-r7` for the grant that the seventh answer brought) belongs to. */
const generationOf = (secret: string) => Number.parseInt(secret.slice(1), 10)

export class World {
  /** Set as soon as it is built. */
  manager: Pick<Face, "status"> | undefined
  /** From here on the layer's scope is being closed. */
  closed = false
  readonly requests: Array<Request> = []
  readonly callers: Array<Caller> = []
  readonly violations: Array<string> = []

  private readonly clock: Clock.Clock
  private readonly forwards: boolean
  private readonly background: boolean
  /** A promise that was kept cannot be taken back: what is told in a moment is looked at later in it. */
  private readonly promises: boolean
  private readonly trace: Array<string> = []

  private inFlight = 0
  /** Of those, how many are being aborted. */
  private aborting = 0
  /** A `renew` was called that has to send a request. */
  private renewal = false
  /** The token that the manager has been given last, also when it has expired. */
  private held: Request | undefined
  private failures = 0
  private rejections = 0
  private refused = false
  private pauses: Array<Pause> = []
  /** How many changes of the credentials the manager has taken, when the last, and what it held then. */
  private generation = 0
  private changedAt: Moment | undefined
  private heldAtChange: Request | undefined
  /** Since when a token is due and nothing is done about it. */
  private idleSince: Moment | undefined
  private source = "g0"
  /** What the next request has to show. */
  private secret = "g0"

  constructor(
    clock: Clock.Clock,
    options: { readonly backwards: boolean; readonly background: boolean },
    promises: boolean
  ) {
    this.clock = clock
    this.forwards = !options.backwards
    this.background = options.background
    this.promises = promises
  }

  // --- looking ------------------------------------------------------------------------------------------------------

  now(): Moment {
    return { wall: this.clock.currentTimeMillisUnsafe(), nanos: this.clock.monotonicTimeNanosUnsafe() }
  }

  elapsed(since: Moment): number {
    const now = this.now()
    return Math.max(now.wall - since.wall, Number(now.nanos - since.nanos) / 1e6)
  }

  status(): TokenStatus | undefined {
    if (this.manager === undefined) return undefined
    return Effect.runSync(Effect.provideService(this.manager.status, Clock.Clock, this.clock))
  }

  waiting(): ReadonlyArray<Caller> {
    return this.callers.filter((caller) => caller.exit === undefined && !caller.interrupted)
  }

  say(text: string): void {
    const { nanos, wall } = this.now()
    this.trace.push(`${wall} (${Number(nanos) / 1e6}): ${text}`)
  }

  report(): string {
    return `${this.violations.join("\n")}\n\nWhat happened, at wall (monotonic) milliseconds:\n${this.trace.join("\n")}`
  }

  violate(text: string): void {
    this.say(`VIOLATION: ${text}`)
    this.violations.push(text)
  }

  private isUsable(request: Request | undefined): request is Request {
    if (request?.life === undefined) return false
    return this.elapsed(request.at) < request.life - mandatory(request.life)
  }

  private byFingerprint(fingerprint: string | undefined): Request | undefined {
    return fingerprint === undefined ? undefined : this.requests[Number(fingerprint.slice(1)) - 1]
  }

  // --- the login host -----------------------------------------------------------------------------------------------

  sent(secret: string): Request {
    const generation = generationOf(secret)
    const request: Request = {
      n: this.requests.length + 1,
      generation,
      at: this.now(),
      life: undefined,
      rejectedAt: undefined
    }
    const isFirst = generation > (this.requests.at(-1)?.generation ?? 0)
    const ownAccord = !this.renewal && !isFirst
    this.say(`request ${request.n} with ${secret}${this.renewal ? " (renew)" : isFirst ? " (new credentials)" : ""}`)
    if (this.closed) this.violate(`9: request ${request.n} is sent after the layer was closed`)
    if (this.inFlight > 0) this.violate(`1: request ${request.n} is sent while another one is in flight`)
    if (secret !== this.secret) this.violate(`5: request ${request.n} shows ${secret} instead of ${this.secret}`)
    this.pauses = this.pauses.filter((pause) => this.elapsed(pause.since) < pause.millis - grain)
    if (ownAccord) {
      const isWaitedFor = this.waiting().some((caller) => !caller.renews)
      for (const { millis, since, waiting, why } of this.pauses) {
        const [pause, passed] = [isWaitedFor ? waiting : millis, this.elapsed(since)]
        if (passed < pause - grain) {
          this.violate(`${why}: request ${request.n} comes after ${passed} ms instead of ${pause} ms`)
        }
      }
      const held = this.held
      if (this.isUsable(held) && this.elapsed(held.at) < held.life! - advisory(held.life!) - grain) {
        this.violate(`8: request ${request.n} is sent before token ${held.n} is due for renewal`)
      }
    }
    this.requests.push(request)
    this.renewal = false
    this.inFlight++
    return request
  }

  /** It has ended, in whatever way. */
  ended(): void {
    this.inFlight--
  }

  /** It counts as a failure if it took longer to come than it lives. */
  issued(request: Request, life: number, next: string): void {
    request.life = life
    if (!this.isUsable(request)) {
      // The token is of no use, but the grant that came with it is all that is left of the login.
      this.secret = next
      return this.failed(request, "outlived token", undefined)
    }
    this.say(`token ${request.n} is issued for ${life} ms`)
    const previous = this.held
    if (previous?.life !== undefined && this.elapsed(previous.at) >= proven(previous.life)) this.rejections = 0
    this.held = request
    this.secret = next
    this.failures = 0
    this.refused = false
    this.pauses = []
  }

  failed(request: Request, error: string, retryAfter: number | undefined): void {
    this.say(`request ${request.n} fails: ${error}${retryAfter === undefined ? "" : `, retry after ${retryAfter} ms`}`)
    this.failures++
    if (retryAfter !== undefined) this.pause("8 (Retry-After)", retryAfter)
    const own = backoff(retryAfter === undefined || retryAfter === 0 ? this.failures : 1)
    this.pause("8 (backoff)", own * least, Math.min(own, waitingMax) * least)
    if (error !== "AuthenticationError") return
    this.refused = true
    this.pause("3 (refusal)", probeInterval * least)
  }

  private pause(why: string, millis: number, waiting: number = millis): void {
    this.pauses.push({ why, since: this.now(), millis, waiting })
  }

  /** Only a timeout, new credentials and the end of the layer may end a request. */
  aborted(request: Request): void {
    this.aborting++
    this.say(`request ${request.n} is aborted`)
    if (this.closed || request.generation < this.generation) return
    const passed = this.elapsed(request.at)
    if (passed >= exchangeTimeout - grain) return this.failed(request, "timeout", undefined)
    this.violate(`1: request ${request.n} is aborted after ${passed} ms`)
  }

  abortedFully(): void {
    this.aborting--
  }

  // --- the credentials ----------------------------------------------------------------------------------------------

  /** The manager takes other credentials in the next moment. */
  changing(secret: string): void {
    if (secret === this.source) return
    this.say(`credentials change to ${secret}`)
    this.secret = this.source = secret
    this.generation = generationOf(secret)
    this.changedAt = this.now()
    // What the last answer brought may not have been taken yet: then it never is.
    this.held = this.heldAtChange = this.byFingerprint(this.status()?.fingerprint)
    this.failures = 0
    this.rejections = 0
    this.refused = false
    this.pauses = []
  }

  // --- the callers --------------------------------------------------------------------------------------------------

  calls(name: string, renews: boolean): Caller {
    const caller: Caller = { name, renews, since: this.now(), exit: undefined, interrupted: false }
    this.callers.push(caller)
    if (renews && !this.closed && this.status()?.renewing === false) this.renewal = true
    return caller
  }

  answered(caller: Caller, exit: Exit.Exit<AccessToken, TokenError>): void {
    if (caller.interrupted) return
    caller.exit = exit
    if (Exit.isSuccess(exit)) return this.handedOut(caller, exit.value)
    const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
    if (error === undefined) return this.violate(`${caller.name} ends with ${Cause.pretty(exit.cause)}`)
    this.say(`${caller.name} gets ${error._tag}: ${error.message}`)
    if (isClosed(error) && !this.closed) this.violate(`9: ${caller.name} is told that the layer is closed`)
    if (error._tag !== "AuthenticationError") return
    // `renew` gives what its own request brought, and may be woken when the change has just been taken.
    const isOld = Number.parseInt(error.code.slice(1), 10) < this.generation
    const isLate = this.changedAt !== undefined && this.elapsed(this.changedAt) > 0
    if (isOld && (isLate || !this.looksLater(caller)))
      this.violate(`5: ${caller.name} is given a refusal of old credentials`)
  }

  private looksLater(caller: Caller): boolean {
    return caller.renews || this.promises
  }

  private handedOut(caller: Caller, token: AccessToken): void {
    const request = this.byFingerprint(token.fingerprint)
    this.say(`${caller.name} gets token ${request?.n}`)
    if (request?.life === undefined || Redacted.value(token.value) !== valueOf(request)) {
      return this.violate(`${caller.name} gets a token that was never issued`)
    }
    const left = request.life - this.elapsed(request.at)
    if (left <= 0) this.violate(`2: ${caller.name} gets token ${request.n} ${-left} ms past its life`)
    else if (left <= mandatory(request.life)) {
      this.violate(`2: ${caller.name} gets token ${request.n} in the last ${left} ms of its life`)
    }
    if (request.generation < this.generation && request !== this.heldAtChange) {
      this.violate(`5: ${caller.name} gets token ${request.n}, which was asked for with old credentials`)
    }
    // `renew` gives what its own request brought, even if a reader that was woken just before has rejected it.
    const isRejected =
      request.rejectedAt !== undefined && (!this.looksLater(caller) || this.elapsed(request.rejectedAt) > 0)
    if (isRejected) this.violate(`6: ${caller.name} gets token ${request.n}, which was rejected`)
  }

  /**
   * What a read must have given at once.
   * @param status as it was just before the read
   */
  readAt(status: TokenStatus | undefined, caller: Caller): void {
    const exit = caller.exit
    if (status?.state === "ready") {
      if (exit === undefined || Exit.isFailure(exit) || exit.value.fingerprint !== status.fingerprint) {
        this.violate(`4: ${caller.name} does not get the held token ${status.fingerprint} at once`)
      }
    } else if (status?.state === "refused" && !status.renewing && status.notBefore !== undefined) {
      const error = exit === undefined || Exit.isSuccess(exit) ? undefined : Cause.findErrorOption(exit.cause)
      if (error === undefined || Option.isNone(error) || error.value._tag !== "AuthenticationError") {
        this.violate(`3: ${caller.name} does not get the remembered refusal at once`)
      }
    }
  }

  rejects(token: AccessToken): void {
    const request = this.byFingerprint(token.fingerprint)
    this.say(`token ${token.fingerprint} is rejected`)
    if (request?.life === undefined) return
    // Rejecting a token that is not held changes nothing, but it is not held again either.
    request.rejectedAt ??= this.now()
    if (request !== this.held) return
    this.held = undefined
    if (this.elapsed(request.at) >= proven(request.life)) {
      this.rejections = 0
      return
    }
    this.rejections++
    this.pause("8 (rejected)", backoff(this.rejections) * least)
  }

  // --- at rest ------------------------------------------------------------------------------------------------------

  /** Called when no fiber has anything left to do at this moment. */
  rest(): void {
    const status = this.status()
    if (status === undefined || this.closed) return
    const waiting = this.waiting()
    if (this.isUsable(this.held)) {
      if (status.state !== "ready" || status.fingerprint !== `n${this.held.n}`) {
        this.violate(`4: token ${this.held.n} can be used, but the status is ${status.state} ${status.fingerprint}`)
      }
      if (waiting.some((caller) => !caller.renews)) this.violate(`4: token ${this.held.n} is withheld from a caller`)
    } else if (status.state === "ready") {
      this.violate(`2: the status is ready, but there is no token that can be used`)
    } else if ((status.state === "refused") !== this.refused) {
      this.violate(`3: the credentials are ${this.refused ? "" : "not "}refused, but the status is ${status.state}`)
    }
    if (status.generation !== this.generation) this.violate(`5: the status has generation ${status.generation}`)
    if (status.renewing !== this.inFlight > 0 && this.aborting === 0) {
      this.violate(`1: ${this.inFlight} requests are in flight, but renewing is ${status.renewing}`)
    }
    if (this.renewal) this.violate(`renew did not send a request`)
    this.renewal = false
    if (this.forwards) this.checkProgress(status, waiting)
  }

  /** Whether nothing is done about a token that is due. A timer may sleep for a millisecond too long: look again. */
  isIdle(): boolean {
    return this.idleSince !== undefined
  }

  /** Timers of the test clock run late after a step backwards, so this holds only while there was none. */
  private checkProgress(status: TokenStatus, waiting: ReadonlyArray<Caller>): void {
    for (const caller of waiting) {
      const passed = this.elapsed(caller.since)
      if (passed > patience + grain) this.violate(`7: ${caller.name} has waited for ${passed} ms`)
    }
    const isWanted = waiting.length > 0 || (this.background && status.state !== "empty")
    const isDue = status.renewAt === undefined || status.renewAt.epochMilliseconds < this.now().wall
    if (!isWanted || status.renewing || status.notBefore !== undefined || !isDue) {
      this.idleSince = undefined
      return
    }
    this.idleSince ??= this.now()
    if (this.elapsed(this.idleSince) > 2) this.violate("7: a token is due, but the manager neither asks nor waits")
  }

  /** Called when the layer is closed. */
  end(waiting: ReadonlyArray<Caller>): void {
    for (const caller of waiting) {
      const error = caller.exit === undefined || Exit.isSuccess(caller.exit) ? undefined : caller.exit.cause
      const found = error === undefined ? Option.none() : Cause.findErrorOption(error)
      if (Option.isNone(found) || !isClosed(found.value)) this.violate(`9: ${caller.name} is not told of the end`)
    }
    if (this.inFlight > 0) this.violate(`9: a request outlives the layer`)
  }
}

const isClosed = (error: TokenError) => error._tag === "UnavailableError" && error.reason === "Closed"

/** The token that a request brings carries the generation of the credentials that it was asked with. */
export const valueOf = (request: Request): string => `g${request.generation}-n${request.n}`
