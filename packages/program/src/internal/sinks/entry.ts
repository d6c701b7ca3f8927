/** All that the programs know of a sink: one for each, gathered in `SinkSettings`. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { SinkFailure } from "@effect-genesys/export/ExportError"
import type { Sink } from "@effect-genesys/export/Sink"
import type { Staging } from "@effect-genesys/export/Staging"
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import type * as Path from "effect/Path"

export interface Entry<in Settings> {
  /** Equal if the rows go to the same place. */
  readonly identity: (settings: Settings) => string
  /** Where the rows go, in words. */
  readonly words: (settings: Settings) => string
  /** Loads what it needs, such as a database client, when it is built. */
  readonly layer: (
    settings: Settings
  ) => Layer.Layer<Sink, SinkFailure | ConfigurationError, FileSystem.FileSystem | Path.Path>
  /** The place beside it for rows that another process reads, if it has one that others reach. */
  readonly staging?: (
    settings: Settings
  ) => Layer.Layer<Staging, SinkFailure | ConfigurationError, FileSystem.FileSystem | Path.Path>
  /** Fails if a setting that it names is missing or wrong, or if it would not be safe. It opens nothing. */
  readonly check: (settings: Settings) => Effect.Effect<void, ConfigurationError, FileSystem.FileSystem | Path.Path>
  readonly commandLine: CommandLine
}

/** How it is named on a command line. Its other flags have the names of its settings. */
export interface CommandLine {
  /** The flag of its place; `out` is for files too. */
  readonly flag: string
  /** That flag and its value, as help shows it. */
  readonly usage: string
  /** Why nothing there is begun anew, and what to do. */
  readonly keeps: string
  /** What is said of a flag of its where the rows go somewhere else. */
  readonly elsewhere: Readonly<Record<string, string>>
  /** What is said of values of its flags that are wrong. None of them is shown: it may be a secret that was given by mistake. */
  readonly wrong: (given: Readonly<Record<string, string>>) => string | undefined
}
