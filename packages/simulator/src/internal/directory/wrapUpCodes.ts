/** The wrap-up codes of the conversations, which are the first of the list of them. */
import * as Random from "../shared/random.ts"

export const wrapUpCodeNames = ["Resolved", "Follow-up", "Escalated", "No answer"]

export const wrapUpCodeIds = (seed: number): ReadonlyArray<string> =>
  wrapUpCodeNames.map((_, number) => Random.uuid(seed, Random.streams.wrapUpCode, number))
