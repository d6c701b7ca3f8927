/**
 * The calls in the SDK's code: each operation ends in one, an argument a line, with the path, the method and the place of every parameter.
 */
import { unreadable } from "./sdkFiles.ts"

/** One parameter: where the request has it, and which argument or option brings it. */
export interface Place {
  readonly sentAs: string
  readonly name: string
  /** An option otherwise. */
  readonly isArgument: boolean
}

export interface Call {
  /** `UsersApi.getUser`. */
  readonly name: string
  readonly method: string
  /** `/api/v2/users/{userId}`. */
  readonly path: string
  readonly query: ReadonlyArray<Place>
  readonly headers: ReadonlyArray<Place>
  readonly body: Place | undefined
  /** The content type of its answer. */
  readonly accept: string
}

const place = /'([^']+)': (?:this\.apiClient\.buildCollectionParam\()?(?:opts\['([^']+)'\]|(\w+))/g
const source = /^(?:opts\['([^']+)'\]|(\w+))$/
const classOf = /^class (\w+Api) \{/
const methodOf = /^\t(\w+)\(.*\) \{/
const call = "this.apiClient.callApi("

const placesOf = (text: string): ReadonlyArray<Place> =>
  Array.from(text.matchAll(place), ([, sentAs = "", option, argument = ""]) => ({
    sentAs,
    name: option ?? argument,
    isArgument: option === undefined
  }))

const bodyOf = (text: string): Place | undefined => {
  const [, option, argument] = source.exec(text) ?? []
  if (argument === "null") return undefined
  const name = option ?? argument
  if (name === undefined) throw unreadable(`it sends a body ${text.slice(0, 100)}`)
  return { sentAs: "body", name, isArgument: option === undefined }
}

const quoted = (text = "") => /^'([^']*)'$/.exec(text)?.[1]

const callOf = (name: string, given: ReadonlyArray<string>): Call => {
  const [path, method] = given.map(quoted)
  const [, , , query, headers, forms, body, , , accepts = ""] = given
  const accept = quoted(/^\[(.*?)(?:, |\])/.exec(accepts)?.[1])
  const isTold = path !== undefined && method !== undefined && accept !== undefined && forms === "{  }"
  if (!isTold || query === undefined || headers === undefined || body === undefined) {
    throw unreadable(`it does not say what ${name} calls`)
  }
  return { name, method, path, query: placesOf(query), headers: placesOf(headers), body: bodyOf(body), accept }
}

/** How many lines follow the one that begins a call. */
const lines = 11

/** @throws MissingSdkError */
export const read = (text: string): ReadonlyArray<Call> => {
  const all = text.split("\n")
  const found: Array<Call> = []
  let api: string | undefined
  let method = ""
  for (const [index, line] of all.entries()) {
    if (line.startsWith("class ")) api = classOf.exec(line)?.[1]
    if (api === undefined) continue
    method = methodOf.exec(line)?.[1] ?? method
    if (!line.trimEnd().endsWith(call)) continue
    const given = all.slice(index + 1, index + 1 + lines).map((each) => each.trim().replace(/,$/, ""))
    found.push(callOf(`${api}.${method}`, given))
  }
  if (found.length === 0) throw unreadable("there is no operation in its code")
  return found
}
