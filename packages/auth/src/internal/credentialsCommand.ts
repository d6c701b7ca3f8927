/**
 * Credentials that a program prints as JSON, as AWS's `credential_process` does: runs it once, then again before they
 * expire. Nothing that the program prints gets into an error or a log line, and neither do its arguments.
 */
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import * as Moment from "@effect-genesys/core/Moment"
import * as Utf8 from "@effect-genesys/core/Utf8"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as PlatformError from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Stream from "effect/Stream"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { ClientCredentials } from "../Grant.ts"
import * as JsonText from "@effect-genesys/core/JsonText"
import type * as Setting from "@effect-genesys/core/Setting"

/** The program that prints credentials, and how long it may take. */
export interface CommandOptions {
  /** The program: a path, or a name that is looked up in `PATH`. It is run without a shell. */
  readonly command: string
  /** They may hold secrets: they are in no error and no log line. */
  readonly args?: ReadonlyArray<string> | undefined
  /**
   * Which variables of this process's environment it is given beside those that programs need to run (`PATH`, `HOME`, the
   * language, proxies without user name or password): names, `AWS_*` for all that begin so, `"*"` for all. A name of one that
   * is not set is no error.
   */
  readonly passEnv?: ReadonlyArray<string> | undefined
  /** Added to that; `undefined` takes a variable away. */
  readonly env?: Record<string, string | Redacted.Redacted | undefined> | undefined
  /** How long one run may take before it is killed. Default 30 seconds. */
  readonly timeout?: Duration.Input | undefined
  /** How often it is run if it prints no `Expiration`. Default 5 minutes, at least 1 second. */
  readonly refreshInterval?: Duration.Input | undefined
}

/** What the two parts must be. */
export interface Parts {
  readonly clientId: Setting.Expected<string>
  readonly clientSecret: Setting.Expected<string>
}

interface Answer {
  readonly grant: ClientCredentials
  readonly expiration: DateTime.Utc | null | undefined
}

const maxBytes = 64 * 1024
const shortestPause = Duration.seconds(1)
/** The credentials are asked for anew this long before they expire, if that is less than a tenth of what is left. */
const longestMargin = Duration.minutes(1)
/** What a program that is told to end has left before it is killed. Real time, not the `Clock`'s. */
const killOptions = { forceKillAfter: Duration.seconds(2) }

const form = `{"Version": 1, "ClientId": "...", "ClientSecret": "...", "Expiration": "an ISO 8601 date, may be left out"}`

/** A moment that does not exist must not become a later one. */
const Expiration = Schema.String.check(Schema.makeFilter(Moment.isPossible, { expected: "a moment in ISO 8601" })).pipe(
  Schema.decodeTo(Schema.DateTimeUtcFromString)
)

type Fail = (what: string) => ConfigurationError

export const make = Effect.fnUntraced(function* (options: CommandOptions, parts: Parts) {
  const refreshInterval = Duration.max(Duration.fromInputUnsafe(options.refreshInterval ?? "5 minutes"), shortestPause)
  const fail: Fail = (what) =>
    new ConfigurationError({
      setting: "command",
      message: `The program ${options.command} ${what}. It must print ${form} on standard output and exit with 0.`
    })
  const run = yield* makeRun(options, parts, fail)
  const first = yield* run
  return { first: first.grant, follow: follow({ first, run, refreshInterval, fail }) }
})

/** Asks the program once. */
const makeRun = Effect.fnUntraced(function* (options: CommandOptions, parts: Parts, fail: Fail) {
  const spawner = yield* ChildProcessSpawner
  const timeout = Duration.fromInputUnsafe(options.timeout ?? "30 seconds")

  const decode = Schema.decodeEffect(
    JsonText.fromString(
      Schema.Struct({
        Version: Schema.Literal(1),
        ClientId: parts.clientId.schema,
        ClientSecret: parts.clientSecret.schema,
        Expiration: Schema.optionalKey(Schema.NullOr(Expiration))
      })
    )
  )

  const named = options.passEnv ?? []
  const handedOn = () => ChildEnvironment.of(process.env, { named })
  yield* ChildEnvironment.warn(handedOn(), "in passEnv")
  const command = () =>
    ChildProcess.make(options.command, options.args ?? [], {
      ...killOptions,
      env: { ...handedOn().given, ...options.env },
      extendEnv: false,
      stdin: "ignore",
      stderr: "ignore"
    })

  const run: Effect.Effect<Answer, ConfigurationError> = Effect.gen(function* () {
    const handle = yield* spawner.spawn(command()).pipe(
      Effect.mapError((error) => fail(whyNotStarted(error))),
      Effect.catchDefect(() => Effect.fail(fail("could not be started")))
    )
    const printed = handle.stdout.pipe(
      Stream.mapError(() => fail("printed what could not be read")),
      Stream.limitBytes(maxBytes, () => Stream.fail(fail(`printed more than ${maxBytes / 1024} KiB`))),
      Stream.mkUint8Array
    )
    const exited = handle.exitCode.pipe(
      Effect.mapError(() => fail("was ended by a signal")),
      Effect.flatMap((code) =>
        // What it left running may hold its output open.
        code === 0 ? Effect.ignore(handle.kill(killOptions)) : Effect.fail(fail(`exited with code ${code}`))
      )
    )
    const [bytes] = yield* Effect.all([printed, exited], { concurrency: "unbounded" })
    const text = yield* Effect.mapError(Effect.fromResult(Utf8.decode(bytes)), (what) =>
      fail(`printed what ${what.replace(/\. Save.*$/, "")}`)
    )
    const answer = yield* Effect.mapError(decode(text), (error) => fail(whatIsWrong(error)))
    return {
      grant: new ClientCredentials({ clientId: answer.ClientId, clientSecret: Redacted.make(answer.ClientSecret) }),
      expiration: answer.Expiration
    }
  }).pipe(
    Effect.scoped,
    Effect.timeoutOrElse({
      duration: timeout,
      orElse: () => Effect.fail(fail(`did not end within ${Duration.format(timeout)} and was killed`))
    })
  )
  return run
})

/** How long the answer is good for; none if it is not good even now. */
const goodFor = ({ expiration }: Answer, now: number, refreshInterval: Duration.Duration) => {
  if (expiration === undefined || expiration === null) return refreshInterval
  const left = DateTime.toEpochMillis(expiration) - now
  if (left <= 0) return undefined
  return Duration.max(Duration.millis(left - Math.min(left / 10, Duration.toMillis(longestMargin))), shortestPause)
}

interface Following {
  readonly first: Answer
  readonly run: Effect.Effect<Answer, ConfigurationError>
  readonly refreshInterval: Duration.Duration
  readonly fail: Fail
}

/** Asks again whenever an answer is not good any more, and hands on what is new. */
const follow = ({ fail, first, refreshInterval, run }: Following) =>
  Effect.fnUntraced(function* (take: (grant: ClientCredentials) => Effect.Effect<void>) {
    const backoff = (failures: number) =>
      Duration.min(Duration.times(shortestPause, 2 ** Math.min(failures - 1, 30)), refreshInterval)
    let answer: Result.Result<Answer, ConfigurationError> = Result.succeed(first)
    let good = first.grant
    let failures = 0
    while (true) {
      if (Result.isSuccess(answer) && !Equal.equals(answer.success.grant, good)) {
        good = answer.success.grant
        yield* take(good)
      }
      const pause = Result.isSuccess(answer)
        ? goodFor(answer.success, yield* Clock.currentTimeMillis, refreshInterval)
        : undefined
      if (pause !== undefined) {
        if (failures > 0) yield* usableAgain
        failures = 0
      } else {
        failures++
        const error = Result.isFailure(answer) ? answer.failure : fail("printed credentials that have expired")
        if (failures === 1) yield* kept(error)
      }
      yield* Effect.sleep(pause ?? backoff(failures))
      answer = yield* Effect.result(run)
    }
  })

const whyNotStarted = ({ reason }: PlatformError.PlatformError) =>
  reason._tag === "NotFound" ? "was not found" : `could not be started (${reason._tag})`

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Names the field, never what is in it. */
const whatIsWrong = ({ issue }: Schema.SchemaError) => {
  const field = format(issue).issues[0]?.path?.[0]
  return typeof field === "string" ? `printed JSON with a wrong ${field}, or none` : "printed something else than that"
}

const kept = (error: ConfigurationError) =>
  Effect.logWarning("credentials not asked for again; the last good ones are kept").pipe(
    Effect.annotateLogs({ event: "credentials.kept", setting: error.setting, reason: error.message })
  )

const usableAgain = Effect.logInfo("the program prints credentials again").pipe(
  Effect.annotateLogs({ event: "credentials.readable" })
)
