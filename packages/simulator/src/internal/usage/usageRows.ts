/**
 * The rows of a usage query, counted from the requests that the journal still has. Requests whose token is unknown to the
 * journal have no client.
 */
import { span, type UsageQuery, type UsageRow } from "../../api/UsageApi.ts"
import type { Journal, JournalEntry } from "../../Journal.ts"

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const day = 24 * 60 * 60 * 1000

const bucketOf = (time: number, granularity: UsageQuery["granularity"]): string | undefined => {
  if (granularity === undefined) return undefined
  const date = new Date(time)
  if (granularity === "Month") return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth())).toISOString()
  const midnight = Math.floor(time / day) * day
  // The first day of 1970 was a Thursday.
  return new Date(granularity === "Day" ? midnight : midnight - ((midnight / day + 3) % 7) * day).toISOString()
}

const metricOf = (status: number) =>
  status === 429
    ? "status429"
    : status < 300
      ? "status200"
      : status < 400
        ? "status300"
        : status < 500
          ? "status400"
          : "status500"

export interface Org {
  readonly organizationId: string
  readonly clientName: (id: string) => string | undefined
}

export const rows = (journal: Journal, query: UsageQuery, org: Org): ReadonlyArray<UsageRow> => {
  const [from, to] = span(query.interval)
  const groups = new Set<string>(query.groupBy)
  const asked = (query.metrics ?? []).map((name) => name.toLowerCase())
  const clients = new Map(journal.tokens.map(({ clientId, fingerprint }) => [fingerprint, clientId]))

  const keyOf = (entry: JournalEntry) => {
    const clientId = clients.get(entry.tokenFingerprint ?? "") ?? ""
    const date = bucketOf(entry.time, query.granularity)
    return {
      ...(groups.has("OAuthClientId") ? { clientId, clientName: org.clientName(clientId) ?? "" } : {}),
      ...(groups.has("OrganizationId") ? { organizationId: org.organizationId } : {}),
      ...(groups.has("TemplateUri") ? { templateUri: entry.path.replaceAll(uuid, "{id}") } : {}),
      ...(groups.has("HttpMethod") ? { httpMethod: entry.method } : {}),
      ...(date === undefined ? {} : { date })
    }
  }

  const found = new Map<string, { key: Partial<UsageRow>; counts: Record<string, number> }>()
  for (const entry of journal.requests) {
    if (!entry.path.startsWith("/api/") || entry.time < from || entry.time >= to || entry.status === undefined) continue
    const key = keyOf(entry)
    const name = JSON.stringify(key)
    const counts = { status200: 0, status300: 0, status400: 0, status500: 0, status429: 0, requests: 0 }
    const row = found.get(name) ?? { key, counts }
    found.set(name, row)
    const metric = metricOf(entry.status)
    row.counts[metric] = (row.counts[metric] ?? 0) + 1
    row.counts["requests"] = (row.counts["requests"] ?? 0) + 1
  }
  const wanted = ([name]: readonly [string, number]) => asked.length === 0 || asked.includes(name)
  return Array.from(found.values(), ({ counts, key }) =>
    Object.assign(key, Object.fromEntries(Object.entries(counts).filter(wanted)))
  )
}
