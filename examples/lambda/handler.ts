/**
 * What Lambda calls for a request of an HTTP API: who has this e-mail address? The client is made once, outside of any invocation, and
 * its token serves all of them.
 */
import { type PromiseClient, RateLimitError, UnavailableError } from "@effect-genesys/client"

/** What an HTTP API sends in payload format 2.0, as far as it is used here. */
export interface Event {
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>
}

/** What Lambda says of an invocation, as far as it is used here. */
export interface Context {
  /** Milliseconds until Lambda ends it. */
  readonly getRemainingTimeInMillis: () => number
}

export interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is read of the answer of a search. */
interface Found {
  readonly results?: ReadonlyArray<{ readonly id: string; readonly name: string }>
}

const answer = (statusCode: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body)
})

/** So much earlier than Lambda would end it, the call ends, and there is an answer. Milliseconds. */
const reserve = 500

export const make =
  (genesys: PromiseClient) =>
  async ({ queryStringParameters = {} }: Event, context: Context): Promise<Answer> => {
    const email = queryStringParameters["email"]?.trim()
    if (!email) return answer(400, { message: "Give an e-mail address: ?email=ada@example.com" })
    try {
      const response = await genesys.fetch("/api/v2/users/search", {
        json: { query: [{ type: "EXACT", fields: ["email"], value: email }] },
        retry: { deadline: Math.max(context.getRemainingTimeInMillis() - reserve, 1) }
      })
      const { results: [found] = [] }: Found = Object(await response.json())
      return found === undefined
        ? answer(404, { message: `Nobody has the address ${email}.` })
        : answer(200, { id: found.id, name: found.name })
    } catch (error) {
      // What the caller cannot mend is told to the log alone.
      console.error(error instanceof Error ? error.message : error)
      if (error instanceof RateLimitError || error instanceof UnavailableError)
        return answer(503, { message: "Genesys Cloud cannot be asked now." }, { "retry-after": "30" })
      return answer(502, { message: "Genesys Cloud has not answered as it should." })
    }
  }
