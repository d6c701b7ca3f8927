/** Topics that are not listened to although they are wanted: each day has a gap that says so. */
import * as Day from "../Day.ts"
import * as Rows from "./eventRows.ts"
import { grouped, type Named } from "./eventTopics.ts"
import type { Waiting } from "./eventWaiting.ts"

/** Those of a pattern. */
export interface LeftOut {
  readonly pattern: string
  readonly reason: "NotPermitted" | "TooMany"
  readonly topics: number
  /** That are missing, as far as Genesys says so. */
  readonly permissions: ReadonlyArray<string>
}

export const make = (nameOf: (topic: string) => Named, put: Waiting["put"]) => {
  const refused = new Map<string, ReadonlyArray<string>>()
  let tooMany: ReadonlyArray<string> = []

  const ofRefused = (): ReadonlyArray<LeftOut> =>
    [...grouped(nameOf, refused.keys())].map(([pattern, topics]) => ({
      pattern,
      reason: "NotPermitted",
      topics: topics.length,
      permissions: [...new Set(topics.flatMap((topic) => refused.get(topic) ?? []))]
    }))
  const ofTooMany = (): ReadonlyArray<LeftOut> =>
    [...grouped(nameOf, tooMany)].map(([pattern, topics]) => ({
      pattern,
      reason: "TooMany",
      topics: topics.length,
      permissions: []
    }))
  const all = () => [...ofRefused(), ...ofTooMany()]
  /** To the end of the day: on the next one, it is told again. */
  const tell = (from: number, some: ReadonlyArray<LeftOut>) => {
    for (const one of some) put(Rows.gap({ ...one, from, to: Day.end(Day.of(from)) }))
  }

  return {
    all,
    isRefused: (topic: string) => refused.has(topic),
    count: () => refused.size,
    /** Answers the patterns that are new. */
    refuse: (topics: ReadonlyArray<string>, permissions: ReadonlyArray<string>): ReadonlyArray<LeftOut> => {
      const before = new Set(ofRefused().map(({ pattern }) => pattern))
      for (const topic of topics) refused.set(topic, permissions)
      return ofRefused().filter(({ pattern }) => !before.has(pattern))
    },
    permit: (topics: Iterable<string>) => {
      for (const topic of topics) refused.delete(topic)
    },
    /** What is not there any more is not left out either. */
    keep: (there: ReadonlySet<string>) => {
      for (const topic of refused.keys()) if (!there.has(topic)) refused.delete(topic)
    },
    /** Answers those of it that are news. */
    exceed: (topics: ReadonlyArray<string>): ReadonlyArray<LeftOut> => {
      const before = tooMany.length
      tooMany = topics
      return before === 0 ? ofTooMany() : []
    },
    tell
  }
}
