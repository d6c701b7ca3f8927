/**
 * The ids and names that rows have beside their own: of queues, users, flows, skills, contacts, as the lists of the org have them.
 */
import { queueNames } from "../directory/queueNames.ts"
import type { Users } from "../directory/users.ts"
import * as Items from "../lists/items.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"

export interface Names {
  readonly divisionId: string
  readonly queueIds: ReadonlyArray<string>
  readonly queueName: (queue: number) => string
  readonly user: (number: number) => { readonly id: string; readonly name: string }
  /** Those that a queue asks for. */
  readonly skillIds: (queue: number) => ReadonlyArray<string>
  readonly languageId: (queue: number) => string
  /** As it was called then. */
  readonly flow: (number: number, at: number) => { readonly id: string; readonly name: string }
  readonly outcome: (number: number, at: number) => { readonly id: string; readonly name: string }
  readonly contactId: (number: number) => string
  readonly campaignId: (number: number) => string
  readonly contactListId: (number: number) => string
}

const hour = 3_600_000

/** So many are asked for by the first queue, and so on. */
const skillsOf = [1, 2, 0, 1]

/** The last user, queue or flow asked for is asked for again soon. */
const kept = <A>(limit: number, make: (number: number) => A) => {
  const found = new Map<number, A>()
  return (number: number): A => {
    const before = found.get(number)
    if (before !== undefined) return before
    const made = make(number)
    if (found.size < limit) found.set(number, made)
    return made
  }
}

export const make = (settings: Settings["Service"], users: Users["Service"]): Names => {
  const { seed } = settings
  const items = Items.make(settings, users)
  const ids = (list: string) => kept(1000, (number) => items.idOf(list, number))
  const [skills, languages, contacts] = [ids("skills"), ids("languages"), ids("externalContacts")]
  const [campaigns, contactLists] = [ids("campaigns"), ids("contactLists")]

  /** A name may change, but seldom. */
  const named = (list: "flows" | "flowOutcomes") => {
    const names = new Map<number, { readonly hour: number; readonly id: string; readonly name: string }>()
    return (number: number, at: number) => {
      const now = Math.floor(at / hour)
      const before = names.get(number)
      if (before?.hour === now) return before
      const { id, name } = items.item(list, number, now * hour)
      const made = { hour: now, id, name: typeof name === "string" ? name : "" }
      names.set(number, made)
      return made
    }
  }

  return {
    divisionId: Random.uuid(seed, Random.streams.division, 0),
    queueIds: queueNames.map((_, number) => Random.uuid(seed, Random.streams.queue, number)),
    queueName: (queue) => queueNames[queue] ?? "",
    user: kept(10_000, (number) => ({ id: users.field(number, "id") ?? "", name: users.field(number, "name") ?? "" })),
    skillIds: kept(1000, (queue) =>
      Array.from({ length: skillsOf[queue % skillsOf.length]! }, (_, place) => skills(queue * 2 + place))
    ),
    languageId: languages,
    flow: named("flows"),
    outcome: named("flowOutcomes"),
    contactId: contacts,
    campaignId: campaigns,
    contactListId: contactLists
  }
}
