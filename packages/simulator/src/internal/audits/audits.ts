/**
 * The audit log, computed from the seed and the time: what comes, goes and is renamed in the lists of the org, and what people do all the
 * time. An entry is in the log some time after it happened.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Record from "effect/Record"
import type { Audit } from "../../api/AuditsApi.ts"
import { Directory } from "../directory/directory.ts"
import { Users } from "../directory/users.ts"
import { type ListChange, Lists } from "../lists/lists.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import * as Services from "./services.ts"

interface Entry {
  readonly audit: Audit
  /** When it is in the log. */
  readonly knownAt: number
}

export class Audits extends Context.Service<
  Audits,
  {
    /** What has happened from one moment to another (exclusive) and is in the log at a third, in the order of time. */
    readonly between: (from: number, to: number, at: number) => ReadonlyArray<Audit>
  }
>()("@effect-genesys/simulator/internal/Audits") {
  static readonly layer = Layer.effect(
    Audits,
    Effect.suspend(() => make)
  )
}

const hour = 3_600_000
const stream = Random.streams.audit
/** Ids of the changes of lists are far from those of the others. */
const ofLists = 2 ** 51

const inOrder = (one: Entry, other: Entry) =>
  one.audit.eventDate === other.audit.eventDate
    ? one.audit.id < other.audit.id
      ? -1
      : 1
    : one.audit.eventDate < other.audit.eventDate
      ? -1
      : 1

const make = Effect.gen(function* () {
  const { auditDelay, auditsPerHour, clients, seed } = yield* Settings
  const { queues } = yield* Directory
  const lists = yield* Lists
  const users = yield* Users
  const slot = hour / auditsPerHour
  const userHomeOrgId = Random.uuid(seed, Random.streams.organization, 0)
  const draw = (index: number, place: number) => Random.bits(seed, stream, index, place)
  const share = (index: number, place: number) => Random.unit(seed, stream, index, place)

  const entry = (
    index: number,
    at: number,
    told: Pick<Audit, "serviceName" | "entityType" | "entity" | "action" | "propertyChanges">
  ): Entry => {
    const id = users.field(draw(index, 5) % users.count, "id") ?? ""
    return {
      knownAt: at + Math.floor(share(index, 6) ** 4 * auditDelay * 1000),
      audit: {
        id: Random.uuid(seed, stream, index),
        userHomeOrgId,
        user: { id, selfUri: `/api/v2/users/${id}` },
        client: { id: clients[0].id },
        remoteIp: [`192.0.2.${1 + (draw(index, 7) % 250)}`],
        level: "USER",
        eventDate: iso(at),
        status: share(index, 8) < 0.02 ? "FAILURE" : "SUCCESS",
        application: "",
        initiatingAction: { transactionId: Random.uuid(seed, Random.streams.auditTransaction, index) },
        transactionInitiator: true,
        context: {},
        entityChanges: [],
        ...told
      }
    }
  }

  const change = ({ action, at, id, key, name, oldName }: ListChange, told: Services.Logged) =>
    entry(ofLists + key, at, {
      ...told,
      action,
      entity: { id, name },
      propertyChanges: oldName === undefined ? [] : [{ property: "name", oldValues: [oldName], newValues: [name] }]
    })

  const habit = (index: number): Entry => {
    const { action, entityType, serviceName } = Random.pick(Services.habits, draw(index, 9))
    const queue = queues[draw(index, 10) % queues.length]!
    const id = users.field(draw(index, 11) % users.count, "id") ?? ""
    const member = { property: "members", oldValues: [], newValues: [id] }
    return entry(index, Math.floor((index + share(index, 4)) * slot), {
      action,
      entityType,
      serviceName,
      entity: entityType === "Queue" ? { id: queue.id, name: queue.name } : { id },
      propertyChanges: action === "MemberAdd" ? [member] : []
    })
  }

  return Audits.of({
    between: (from, to, at) => {
      const found: Array<Entry> = []
      for (const [list, told] of Record.toEntries(Services.lists))
        for (const one of lists.changes(list, from, Math.min(to, at + 1))) found.push(change(one, told))
      const last = Math.floor(Math.min(to, at + 1) / slot)
      for (let index = Math.floor(from / slot) - 1; index <= last; index++) found.push(habit(index))
      const [first, end] = [iso(from), iso(to)]
      return found
        .filter(({ audit: { eventDate }, knownAt }) => eventDate >= first && eventDate < end && knownAt <= at)
        .toSorted(inOrder)
        .map(({ audit }) => audit)
    }
  })
})
