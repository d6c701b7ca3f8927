/**
 * `/api/v2/usage/query`: a query counts at once what the journal has, and shows the result a second later. The last 100
 * executions are kept.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import type { UsageRow } from "../../api/UsageApi.ts"
import { Clients } from "../login/clients.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { JournalBook } from "../shared/journalBook.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { rows } from "./usageRows.ts"
import { notFound } from "../shared/notFound.ts"

const runTime = 1000
const kept = 100

export const UsageLive = HttpApiBuilder.group(
  SimulatorApi,
  "usage",
  Effect.fnUntraced(function* (handlers) {
    const { seed } = yield* Settings
    const clients = yield* Clients
    const journal = yield* JournalBook
    const executions = new Map<string, { readonly doneAt: number; readonly results: ReadonlyArray<UsageRow> }>()
    let executed = 0
    const org = {
      organizationId: Random.uuid(seed, Random.streams.organization, 0),
      clientName: (id: string) => clients.find(id)?.name
    }

    return handlers.handleAll({
      query: ({ payload }) =>
        Effect.map(CurrentRequest, ({ now }) => {
          const executionId = Random.uuid(seed, Random.streams.usage, executed++)
          executions.set(executionId, { doneAt: now + runTime, results: rows(journal.read(), payload, org) })
          if (executions.size > kept) executions.delete(executions.keys().next().value ?? "")
          return { executionId, resultsUri: `/api/v2/usage/query/${executionId}/results` }
        }),
      results: Effect.fnUntraced(function* ({ params }) {
        const { now } = yield* CurrentRequest
        const execution = executions.get(params.executionId)
        if (execution === undefined) return yield* notFound(`There is no execution ${params.executionId}.`)
        if (now < execution.doneAt) return { queryStatus: "Running" as const }
        return { results: execution.results, queryStatus: "Complete" as const }
      })
    })
  })
)
