/** What went wrong with the files of a directory, and what to do. */
import * as DiskFailure from "@effect-genesys/core/DiskFailure"
import * as Schema from "effect/Schema"
import { CheckpointError, LockedError, SinkError, type SinkFailure } from "../../ExportError.ts"
import { prospect } from "../prospect.ts"
import type * as LineFile from "./lineFile.ts"

const isOurs = Schema.is(Schema.Union([CheckpointError, LockedError, SinkError]))

const isLasting = (error: LineFile.Failure) => error._tag !== "PlatformError" || DiskFailure.isLasting(error)

const why = (directory: string, error: LineFile.Failure): string => {
  switch (error._tag) {
    case "DamagedFile":
      return `Line ${error.line} of ${error.path} is damaged. Move the file away, and its day out of ${directory}/checkpoint.json: then the day is read again.`
    case "CodecFailure":
      return `A compressed file in ${directory} is damaged. Find it with gzip -t or zstd -t, move it away, and its day out of checkpoint.json: then the day is read again.`
    case "UntrustedFile":
      return error.message
    case "PlatformError":
      return DiskFailure.isFull(error)
        ? `There is no room left on the disk of ${directory}. Make some: the export goes on by itself, and nothing is lost.`
        : `The files in ${directory} cannot be read or written: ${DiskFailure.reasonOf(error)}. ${prospect(isLasting(error))}`
  }
}

export const sinkErrorOf =
  (directory: string) =>
  (error: LineFile.Failure | SinkFailure): SinkFailure =>
    isOurs(error)
      ? error
      : new SinkError({
          sink: directory,
          message: why(directory, error),
          cause: error,
          ...(isLasting(error) ? { lasting: true } : {})
        })
