/** A job for each kind in place of one for everything. */
import * as Everything from "@effect-genesys/export/Everything"
import { isList } from "@effect-genesys/export/Kinds"
import * as Struct from "effect/Struct"
import type { EverythingJob, Job, Written } from "./WorkerSettings.ts"

const ofPart = (job: EverythingJob, part: Everything.Part): Job => {
  const common = {
    ...Struct.omit(job, ["kind", "since", "keep", "except"]),
    name: `${job.name}.${part}`,
    every: Everything.everyOf(part),
    optional: true
  }
  // What there is may wait a moment for what happened.
  const later = { ...common, jitter: Everything.laterBy }
  if (isList(part)) return { ...later, kind: part }
  switch (part) {
    case "conversations":
    case "conversation_aggregates":
    case "user_aggregates":
    case "user_status":
    case "audits":
    case "evaluations":
    case "surveys":
    case "recordings":
      return { ...common, kind: part, since: job.since, ...(job.keep === undefined ? {} : { keep: job.keep }) }
    case "users":
    case "oauth_client_usage":
      return { ...later, kind: part }
  }
}

export const expanded = (job: Written["jobs"][number]): ReadonlyArray<Job> =>
  job.kind === "everything"
    ? Everything.parts.filter((part) => !(job.except ?? []).includes(part)).map((part) => ofPart(job, part))
    : [job]
