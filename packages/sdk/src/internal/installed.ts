/** Where the official SDK is, which is not among our dependencies. */
import * as Effect from "effect/Effect"
import { createRequire } from "node:module"
import { isSea } from "node:sea"
import { MissingSdkError } from "../MissingSdkError.ts"

const require = createRequire(import.meta.url)

const message = isSea()
  ? "The official SDK is not in this single-file executable, which loads nothing from elsewhere. Take the same program from npm " +
    "for this, with npm install purecloud-platform-client-v2 beside it."
  : "The official SDK is not installed. Install it beside this program: npm install purecloud-platform-client-v2, with -g if " +
    "this program was installed with -g."

const isAbsence = (error: unknown) => error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND"

/**
 * @param file what to find of it
 * @throws MissingSdkError
 */
export const path = (file: "" | "/index.d.ts" = ""): string => {
  try {
    return require.resolve(`purecloud-platform-client-v2${file}`)
  } catch (error) {
    throw isAbsence(error) ? new MissingSdkError({ message }) : error
  }
}

/** Runs what looks for the SDK. */
export const using = <A>(read: () => A): Effect.Effect<A, MissingSdkError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(read())
    } catch (error) {
      return error instanceof MissingSdkError ? Effect.fail(error) : Effect.die(error)
    }
  })
