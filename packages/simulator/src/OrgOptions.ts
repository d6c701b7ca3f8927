/** What happens in the org beside its conversations: what somebody changes, and how soon that is known. */
import { between, option, Seconds } from "./internal/shared/option.ts"

export const fields = {
  auditsPerHour: option(
    between(1, 100_000),
    12,
    "Entries of the audit log beside those that tell of changes in the lists of the org"
  ),
  auditDelay: option(Seconds, 3600, "Seconds after which the last entries of a moment are in the audit log")
}
