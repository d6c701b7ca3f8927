/** What happens in the org beside its conversations: what somebody changes, and how soon that is known. */
import * as Schema from "effect/Schema"
import { between, option, Seconds, Share } from "./internal/shared/option.ts"

/** These options, as fields of `SimulatorOptions`: each with its bounds, its default and a sentence. */
export const fields = {
  auditsPerHour: option(
    between(1, 100_000),
    12,
    "Entries of the audit log beside those that tell of changes in the lists of the org"
  ),
  evaluations: option(
    Share.check(Schema.isGreaterThan(0)),
    0.05,
    "Evaluations for each conversation; they are finished up to 5 days after they were made, and some are scored again"
  ),
  lateEvaluations: option(Share, 0.2, "The share of them that is made 3 to 30 days after the conversation"),
  surveys: option(
    Share.check(Schema.isGreaterThan(0)),
    0.1,
    "Surveys for each conversation; they are answered within 7 days, or expire after 14"
  ),
  auditDelay: option(Seconds, 3600, "Seconds after which the last entries of a moment are in the audit log")
}
