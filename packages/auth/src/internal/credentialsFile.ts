/**
 * Credentials in mounted secret files: reads them once, then looks at them again for as long as the layer lives. It
 * compares what the files hold, so that it does not matter how they are replaced. The events of the file system only
 * make it look sooner: they do not cross symlinks or network mounts.
 */
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { ClientCredentials } from "../Grant.ts"
import * as Setting from "@effect-genesys/core/Setting"

/** The client, and the file that holds its secret. */
export interface FileOptions {
  /** The id of the OAuth client, or the file that holds it. */
  readonly clientId: string | { readonly file: string }
  /** The file that holds the secret of that OAuth client. A relative path starts at the working directory. */
  readonly clientSecretFile: string
  /** How often the files are looked at, whatever the file system says. Default 10 seconds, at least 1 second. */
  readonly pollInterval?: Duration.Input | undefined
}

/** How the two parts are called in errors, and what each of them must be. */
export interface Parts {
  readonly clientId: Setting.Expected<string> & { readonly setting: string }
  readonly clientSecret: Setting.Expected<string> & { readonly setting: string }
}

type Look = Result.Result<ClientCredentials, ConfigurationError>

/** How long the files must stay as they are to be taken: whoever writes them may be half done. */
const settleTime = Duration.millis(500)

const shortestInterval = Duration.seconds(1)

export const make = Effect.fnUntraced(function* (options: FileOptions, parts: Parts) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const pollInterval = Duration.max(Duration.fromInputUnsafe(options.pollInterval ?? "10 seconds"), shortestInterval)
  const idFile = typeof options.clientId === "string" ? undefined : path.resolve(options.clientId.file)
  const secretFile = path.resolve(options.clientSecretFile)

  const part = ({ setting, schema, expected }: Parts[keyof Parts], file: string) => {
    const unusable = (what: string) =>
      new ConfigurationError({
        setting,
        message: `${setting} names the file ${file}, which ${what}. The file must hold ${expected}, as UTF-8 text.`
      })
    return OwnFile.readText(file).pipe(
      Effect.provideContext(context),
      Effect.mapError((error) =>
        error.reason === "Refused"
          ? new ConfigurationError({ setting, message: `${setting} names the file ${file}, which ${error.what}.` })
          : unusable(error.what)
      ),
      Effect.flatMap((whole): Effect.Effect<string, ConfigurationError> => {
        const text = whole.trim()
        if (text === "") return Effect.fail(unusable("is empty"))
        return Effect.mapError(Schema.decodeEffect(schema)(text), () => unusable("holds something else"))
      })
    )
  }

  const readId =
    typeof options.clientId === "string"
      ? Setting.decode(parts.clientId.setting, options.clientId.trim(), parts.clientId)
      : part(parts.clientId, path.resolve(options.clientId.file))

  const read: Effect.Effect<ClientCredentials, ConfigurationError> = Effect.gen(function* () {
    const clientId = yield* readId
    const clientSecret = yield* part(parts.clientSecret, secretFile)
    return new ClientCredentials({ clientId, clientSecret: Redacted.make(clientSecret) })
  })

  const look = Effect.result(read)

  /** What the files hold: at once if that is known already, else when two looks in a row agree. */
  const settled = Effect.fnUntraced(function* (isKnown: (look: Look) => boolean) {
    let seen = yield* look
    while (!isKnown(seen)) {
      yield* Effect.sleep(settleTime)
      const again = yield* look
      if (agree(seen, again)) return again
      seen = again
    }
    return seen
  })

  /** Asks for a look whenever something changes in the folder, and once when the watching has begun. */
  const watch = (folder: string, hints: Queue.Queue<void>) => {
    const hint = () => Queue.offerUnsafe(hints, undefined)
    return Stream.runForEach(fs.watch(folder, { onReady: hint }), () => Effect.sync(hint)).pipe(
      // No such folder, or no watch is left to be had: the polling goes on.
      Effect.catchCause(() => Effect.void),
      Effect.repeat(Schedule.spaced(pollInterval))
    )
  }

  const first = yield* read

  const follow = Effect.fnUntraced(function* (take: (grant: ClientCredentials) => Effect.Effect<void>) {
    const hints = yield* Queue.sliding<void>(1)
    const folders = new Set([secretFile, idFile ?? secretFile].map((file) => path.dirname(file)))
    for (const folder of folders) yield* Effect.forkChild(watch(folder, hints))

    const woken = Effect.andThen(Queue.take(hints), Effect.sleep(settleTime))
    let good = first
    let bad = false
    while (true) {
      yield* Effect.timeoutOption(woken, pollInterval)
      const seen = yield* settled((now) => (Result.isFailure(now) ? bad : Equal.equals(now.success, good)))
      if (Result.isFailure(seen)) {
        if (!bad) yield* kept(seen.failure)
        bad = true
      } else {
        if (bad) yield* usableAgain
        bad = false
        if (!Equal.equals(seen.success, good)) yield* take(seen.success)
        good = seen.success
      }
    }
  })

  return { first, follow }
})

const agree = (a: Look, b: Look) =>
  Result.isSuccess(a) && Result.isSuccess(b) ? Equal.equals(a.success, b.success) : a._tag === b._tag

const kept = (error: ConfigurationError) =>
  Effect.logWarning("credentials not read again; the last good ones are kept").pipe(
    Effect.annotateLogs({ event: "credentials.kept", setting: error.setting, reason: error.message })
  )

const usableAgain = Effect.logInfo("credentials can be read again").pipe(
  Effect.annotateLogs({ event: "credentials.readable" })
)
