/**
 * Requests as no honest client sends them, for any listener that speaks HTTP: all of them follow from a seed and from the calls
 * that the listener serves. Whoever holds out answers the next proper request.
 */
import * as Frames from "./Frames.ts"
import * as Parts from "./Parts.ts"

/** A proper call of the listener, which attacks start from. */
export interface Call {
  readonly method: string
  readonly target: string
  /** Beside `Host`. */
  readonly headers?: ReadonlyArray<string>
  readonly body?: string
}

export interface Attack {
  readonly name: string
  readonly bytes: Buffer
  /** What is sent when something has come back. */
  readonly later?: Buffer
  /** What the attacker does next: waits for an answer, says that nothing more comes, or breaks the connection. */
  readonly next: "wait" | "end" | "reset"
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
const numbers = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One byte for each character. */
const raw = (text: string) => Buffer.from(text, "latin1")

const request = (line: string, headers: ReadonlyArray<string>, body = "") =>
  raw(`${[line, ...headers].join("\r\n")}\r\n\r\n${body}`)

const proper = ({ body, headers = [], method, target }: Call, host: string): Buffer =>
  request(
    `${method} ${target} HTTP/1.1`,
    [`Host: ${host}`, ...headers, ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`])],
    body
  )

/** The value of each parameter of a query, as long as before, but of characters that take two bytes. */
const widened = (target: string): ReadonlyArray<string> => {
  const [path = "", query] = target.split("?", 2)
  if (query === undefined) return []
  const pairs = query.split("&")
  return pairs.map((_, at) => {
    const changed = pairs.map((pair, i) => {
      const [name = "", value = ""] = pair.split("=", 2)
      return i === at ? `${name}=${"%C3%A9".repeat(decodeURIComponent(value).length)}` : pair
    })
    return `${path}?${changed.join("&")}`
  })
}

const targetsOf = ({ target }: Call): ReadonlyArray<string> => [
  target,
  `/${target}`,
  `${target}/`,
  `${target}%`,
  `${target}%00`,
  `${target}\x00`,
  `${target}\xff`,
  `${target}#`,
  `${target}?`,
  `${target}&state=%ff%fe&code=&code=x`,
  `http://[${target}`,
  `http://attacker.example${target}`,
  ...widened(target)
]

/** Variations of a call, by the name of what was varied. */
type Varied = ReadonlyArray<readonly [name: string, list: ReadonlyArray<Buffer>, next?: Attack["next"]]>

/** What the listener reads whatever the call is. */
const ofAny = (host: string, { headers = [], method, target }: Call): Varied => {
  const common = [`Host: ${host}`, ...headers]
  const line = `${method} ${target} HTTP/1.1`
  const post = `POST ${target} HTTP/1.1`
  const many = Array.from({ length: 5_000 }, (_, i) => `X-${i}: ${i}`)
  return [
    ["method", Parts.methods.map((verb) => request(`${verb} ${target} HTTP/1.1`, common))],
    ["version", Parts.versions.map((version) => request(`${method} ${target} ${version}`, common))],
    ["host", Parts.hosts.map((name) => request(line, [`Host: ${name}`, ...headers]))],
    ["hosts", [request(line, headers), request(line, [...common, "Host: attacker.example"])]],
    ["header", Parts.headers.map((header) => request(line, [...common, header]))],
    ["headers", [request(line, [...common, ...many])]],
    ["length", Parts.lengths.map((length) => request(post, [...common, length], "abcdefghij"))],
    ["upgrade", Parts.upgrades.map(([upgrade, rest]) => request(line, [...common, ...upgrade], rest))]
  ]
}

/** What whoever answers this call reads. */
const ofOne = (host: string, call: Call): Varied => {
  const { headers = [], method, target } = call
  const common = [`Host: ${host}`, ...headers]
  const post = `POST ${target} HTTP/1.1`
  const whole = proper(call, host)
  const many = Buffer.concat(Array.from({ length: 50 }, () => whole))
  const half = request(post, [...common, "Content-Length: 1000"], "abc")
  const withBody = (body: string) => request(post, [...common, `Content-Length: ${body.length}`], body)
  return [
    ["target", targetsOf(call).map((changed) => request(`${method} ${changed} HTTP/1.1`, common))],
    ["chunk", Parts.chunks.map((body) => request(post, [...common, "Transfer-Encoding: chunked"], body))],
    ["body", Parts.bodies.map(withBody)],
    ["half", [whole.subarray(0, whole.length >> 1)]],
    ["half", [whole.subarray(0, whole.length - 2), half], "end"],
    ["half", [whole.subarray(0, 4), half], "reset"],
    ["abort", [whole, many], "reset"],
    ["pipeline", [many]]
  ]
}

/** A proper request of which bytes were changed, doubled, dropped or put in. */
const mutated = (next: () => number, bytes: Buffer): Buffer => {
  const below = (limit: number) => Math.floor(next() * limit)
  let changed = bytes
  for (let i = 0; i <= below(6); i++) {
    const at = below(changed.length)
    const [before, after] = [changed.subarray(0, at), changed.subarray(at)]
    const some = Buffer.from(Array.from({ length: 1 + below(4) }, () => below(256)))
    const kinds = [
      () => Buffer.concat([before, some, after.subarray(some.length)]),
      () => Buffer.concat([before, some, after]),
      () => Buffer.concat([before, after.subarray(1 + below(8))]),
      () => Buffer.concat([before, after.subarray(0, 20), after])
    ]
    changed = kinds[below(kinds.length)]!()
  }
  return changed
}

/**
 * On a WebSocket, each at once with the handshake and after it.
 * @param path where the listener takes WebSockets
 */
export const onWebSocket = (host: string, path: string): ReadonlyArray<Attack> => {
  const handshake = request(`GET ${path} HTTP/1.1`, [`Host: ${host}`, ...Parts.webSocket])
  return Frames.all(true).flatMap(({ bytes, name }): ReadonlyArray<Attack> => [
    { name: `${name} with the handshake`, bytes: Buffer.concat([handshake, bytes]), next: "wait" },
    { name: `${name} after the handshake`, bytes: handshake, later: bytes, next: "wait" },
    { name: `${name}, and gone`, bytes: Buffer.concat([handshake, bytes]), next: "reset" }
  ])
}

/**
 * @param host the `Host` that the listener expects
 * @param mutations how many at random of each call
 */
export const attacks = (
  seed: number,
  host: string,
  calls: ReadonlyArray<Call>,
  mutations = 40
): ReadonlyArray<Attack> => {
  const next = numbers(seed)
  const endings = ["wait", "end", "reset"] as const
  const random = calls.flatMap((call) =>
    Array.from({ length: mutations }, (_, i): Attack => {
      const bytes = mutated(next, proper(call, host))
      return { name: `mutation ${i} of ${call.method} ${call.target}`, bytes, next: endings[i % 3]! }
    })
  )
  return [
    ...Parts.strangers.map(([name, text]): Attack => ({ name, bytes: raw(text), next: "wait" })),
    ...Parts.targets.map((target): Attack => ({
      name: `target ${target.slice(0, 40)}`,
      bytes: request(`GET ${target} HTTP/1.1`, [`Host: ${host}`]),
      next: "wait"
    })),
    ...calls.flatMap((call, i) =>
      [...(i === 0 ? ofAny(host, call) : []), ...ofOne(host, call)].flatMap(([name, list, end = "wait"]) =>
        list.map((bytes, n): Attack => ({ name: `${name} ${n} on ${call.method} ${call.target}`, bytes, next: end }))
      )
    ),
    ...random
  ]
}
