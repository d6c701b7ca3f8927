/** The settings file of a command: that of its flag `--file`, or of `GENESYS_WORKER_FILE`. */
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as WorkerEnvironment from "../settings/WorkerEnvironment.ts"

export const fileFlag = Flag.String("file").pipe(
  Flag.withAlias("f"),
  Flag.withDescription("The settings file, in YAML or JSON. Default: the one that GENESYS_WORKER_FILE names"),
  Flag.withMetavar("path"),
  Flag.optional
)

export const fileOf = (flag: Option.Option<string>) =>
  Option.isSome(flag) ? Effect.succeed(flag) : WorkerEnvironment.file
