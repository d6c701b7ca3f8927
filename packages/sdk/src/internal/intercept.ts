/**
 * What the SDK's transport is not told about a call: its path template and the values that the SDK mangles on their way.
 * An operation runs from `callApi` to the transport in one turn, so that a variable carries them.
 */
import type { AnyApiClient } from "../AnyApiClient.ts"

export interface Call {
  /** The path with names in place of ids: `/api/v2/users/{userId}`. */
  readonly route: string
  readonly form: Readonly<Record<string, unknown>>
  /** The body as it was given: the SDK drops `false`, `0` and `""`. */
  readonly body: unknown
}

let current: Call | undefined

/** Of the call whose transport is running now; none for a login. */
export const currentCall = (): Call | undefined => current

const intercepted = new WeakSet<AnyApiClient>()

/** For a client that is not ours, and may come twice. */
export const interceptOnce = (client: AnyApiClient): void => {
  if (intercepted.has(client)) return
  intercepted.add(client)
  intercept(client)
}

/** Puts a function in place of the client's `callApi`, which is given the call and what makes it as before. */
export const intercept = (
  client: AnyApiClient,
  around: (proceed: () => Promise<unknown>) => Promise<unknown> = (proceed) => proceed()
): void => {
  const before = client.callApi.bind(client)
  client.callApi = (...args) => {
    const outer = current
    current = { route: args[0], form: { ...args[5] }, body: args[6] }
    try {
      return around(() => before(...args))
    } finally {
      current = outer
    }
  }
}
