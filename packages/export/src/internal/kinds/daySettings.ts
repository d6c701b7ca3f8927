/** What every job may say that exports facts by UTC days. */
import * as Schema from "effect/Schema"
import { Day } from "../../Day.ts"
import type { Spelling } from "../../Kind.ts"
import * as Retention from "../../Retention.ts"

export const fields = (spelling: Spelling, again: string) => ({
  since: Day.annotate({ expected: "a day such as 2026-11-01", description: "The first day, in UTC." }),
  until: Schema.optionalKey(
    Day.annotate({
      expected: "a day such as 2026-12-01",
      description: "The day after the last one, in UTC. Default: for ever."
    })
  ),
  again: Schema.optionalKey(spelling.span(again)),
  ...Retention.settings(spelling)
})
