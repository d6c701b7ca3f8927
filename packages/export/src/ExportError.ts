/** What can go wrong with an export besides Genesys itself. Each message says what to do. Nothing is lost by any of them. */
import { JobError } from "@effect-genesys/client/ConversationJob"
import {
  ConflictError,
  type GenesysError,
  IncompleteError,
  InvalidRequestError,
  NotFoundError,
  UnavailableError
} from "@effect-genesys/client/GenesysError"
import * as Schema from "effect/Schema"

const Where = {
  message: Schema.String,
  /** The directory, or the host and database. */
  sink: Schema.String
}

/**
 * The sink cannot be written to or read: the disk is full, the database is down or refuses the user. What was to be written is read
 * again.
 */
export class SinkError extends Schema.TaggedError<SinkError>("@effect-genesys/export/SinkError")("SinkError", {
  ...Where,
  /** Somebody has to mend it: it does not pass by itself. */
  lasting: Schema.optionalKey(Schema.Boolean),
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** The checkpoint is there and is not one. It is never overwritten by itself. */
export class CheckpointError extends Schema.TaggedError<CheckpointError>("@effect-genesys/export/CheckpointError")(
  "CheckpointError",
  Where
) {}

/** Another exporter is at work on the same directory or database. */
export class LockedError extends Schema.TaggedError<LockedError>("@effect-genesys/export/LockedError")(
  "LockedError",
  Where
) {}

/** What is in the sink is of another organization: days that are done there would not be read, and rows of both would be mixed. */
export class OtherOrgError extends Schema.TaggedError<OtherOrgError>("@effect-genesys/export/OtherOrgError")(
  "OtherOrgError",
  { message: Schema.String }
) {}

/**
 * The list that a job asks for is none that can be read: there is no such operation, it lacks a parameter, or what was exported there is
 * of another list.
 */
export class ListError extends Schema.TaggedError<ListError>("@effect-genesys/export/ListError")("ListError", {
  message: Schema.String
}) {}

/** What a sink fails with. */
export type SinkFailure = SinkError | CheckpointError | LockedError

/** What a source fails with. */
export type SourceError = GenesysError | JobError | ListError

/** What a run can fail with: the sink, Genesys, or rows of another organization. */
export type ExportError = SinkFailure | SourceError | OtherOrgError

/**
 * What Genesys refuses of one unit, or says of it in a way that cannot be read, says nothing about the others. Credentials, a
 * permission, the sink, or Genesys that is down are wrong for all.
 */
export const UnitError = Schema.Union([
  JobError,
  InvalidRequestError,
  NotFoundError,
  ConflictError,
  IncompleteError,
  UnavailableError.check(
    Schema.makeFilter(({ reason }) => reason === "InvalidResponse", { expected: "an answer that cannot be read" })
  )
])
export type UnitError = typeof UnitError.Type

/** Whether an error costs one unit alone, and the run goes on. */
export const isOfUnit: (error: unknown) => error is UnitError = Schema.is(UnitError)
