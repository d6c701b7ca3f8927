/** What a local proxy refuses, byte by byte as an attacker would send it: nothing of it reaches Genesys Cloud. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Proxy from "../support/LocalProxy.ts"

interface Row {
  readonly name: string
  readonly target: (secret: string) => string
  readonly headers?: ReadonlyArray<string> | ((secret: string) => ReadonlyArray<string>)
  readonly method?: string
  readonly status: number
  readonly code: string
}

const users = (secret: string) => `/${secret}/api/v2/users`
const plain = () => "/api/v2/users"
const local = "Host: 127.0.0.1"
const unknown = { status: 403, code: "secret" }
const bearer = (text: (secret: string) => string) => (secret: string) => [
  local,
  `Authorization: Bearer ${text(secret)}`
]
const basic = (text: (secret: string) => string) => (secret: string) => [
  local,
  `Authorization: Basic ${btoa(text(secret))}`
]

const refusals: ReadonlyArray<Row> = [
  { name: "no secret", target: () => "/api/v2/users", status: 403, code: "secret" },
  { name: "another secret", target: (s) => users(`x${s.slice(1)}`), status: 403, code: "secret" },
  { name: "a part of the secret", target: (s) => users(s.slice(0, -1)), status: 403, code: "secret" },
  { name: "more than the secret", target: (s) => users(`${s}x`), status: 403, code: "secret" },
  { name: "the secret alone", target: (s) => `/${s}`, status: 403, code: "secret" },
  { name: "another secret in a header", target: plain, headers: bearer((s) => `x${s.slice(1)}`), ...unknown },
  { name: "more than the secret in a header", target: plain, headers: bearer((s) => `${s}x`), ...unknown },
  {
    name: "as many other characters in a header",
    target: plain,
    headers: bearer((s) => "\xe9".repeat(s.length)),
    ...unknown
  },
  { name: "an empty header", target: plain, headers: bearer(() => ""), ...unknown },
  { name: "the secret as a password of a call", target: plain, headers: basic((s) => `id:${s}`), ...unknown },
  {
    name: "a wrong password of a login",
    target: () => "/oauth/token",
    headers: basic((s) => `${s}:x`),
    method: "POST",
    ...unknown
  },
  { name: "a foreign host", target: users, headers: ["Host: attacker.example"], status: 403, code: "host" },
  {
    name: "a host that begins like ours",
    target: users,
    headers: ["Host: 127.0.0.1.attacker.example"],
    status: 403,
    code: "host"
  },
  { name: "no host", target: users, headers: [], method: "GET-1.0", status: 403, code: "host" },
  { name: "a web page", target: users, headers: [local, "Origin: https://a.example"], status: 403, code: "origin" },
  { name: "a page without an origin", target: users, headers: [local, "Origin: null"], status: 403, code: "origin" },
  ...["cross-site", "same-site", "same-origin"].map((site) => ({
    name: `Sec-Fetch-Site: ${site}`,
    target: users,
    headers: [local, `Sec-Fetch-Site: ${site}`],
    status: 403,
    code: "origin"
  })),
  { name: "a preflight", target: users, method: "OPTIONS", status: 405, code: "method" },
  { name: "a whole URL", target: (s) => `http://127.0.0.1/${s}/api/v2/users`, status: 400, code: "target" },
  {
    name: "a whole URL of Genesys",
    target: () => "https://api.mypurecloud.com/api/v2/users",
    status: 400,
    code: "target"
  },
  { name: "a tunnel", target: () => "api.mypurecloud.com:443", method: "CONNECT", status: 405, code: "method" },
  { name: "*", target: () => "*", method: "OPTIONS", status: 400, code: "target" },
  { name: "..", target: (s) => `/${s}/api/v2/../oauth/token`, status: 400, code: "path" },
  { name: "%2e%2e", target: (s) => `/${s}/api/v2/%2e%2E/x`, status: 400, code: "path" },
  { name: ".%2e", target: (s) => `/${s}/api/v2/.%2e/x`, status: 400, code: "path" },
  { name: "..%2f", target: (s) => `/${s}/api/v2/users/..%2f..%2fx`, status: 400, code: "path" },
  { name: "a dot", target: (s) => `/${s}/api/v2/./users`, status: 400, code: "path" },
  { name: "a backslash", target: (s) => `/${s}/api/v2/users\\..\\x`, status: 400, code: "path" },
  { name: "a fragment", target: (s) => `/${s}/api/v2/users#x`, status: 400, code: "path" },
  { name: "..;", target: (s) => `/${s}/api/v2/users/..;a=b/x`, status: 400, code: "path" },
  { name: "..%3b", target: (s) => `/${s}/api/v2/users/..%3b/x`, status: 400, code: "path" },
  { name: "%252e%252e", target: (s) => `/${s}/api/v2/users/%252e%25252E/x`, status: 400, code: "path" },
  { name: "half an escape", target: (s) => `/${s}/api/v2/users/%2`, status: 400, code: "path" },
  { name: "an escape of no text", target: (s) => `/${s}/api/v2/users/%ff`, status: 400, code: "path" },
  { name: "an encoded end", target: (s) => `/${s}/api/v2/users/a%00`, status: 400, code: "path" },
  { name: "another path", target: (s) => `/${s}/platform/x`, status: 404, code: "path" },
  { name: "another version", target: (s) => `/${s}/api/v3/x`, status: 404, code: "path" },
  { name: "other letters", target: (s) => `/${s}/API/V2/users`, status: 404, code: "path" },
  { name: "the control API of a simulator", target: (s) => `/${s}/_control/journal`, status: 404, code: "path" },
  { name: "a host in the path", target: (s) => `/${s}//attacker.example/api/v2/users`, status: 404, code: "path" },
  { name: "a login page", target: (s) => `/${s}/oauth/authorize`, status: 404, code: "path" },
  { name: "a token by GET", target: (s) => `/${s}/oauth/token`, status: 405, code: "method" },
  { name: "TRACE", target: users, method: "TRACE", status: 405, code: "method" }
]

layer(Simulator.layer(), { excludeTestServices: true })("a local proxy refuses", (it) => {
  for (const { code, headers, method = "GET", name, status, target } of refusals) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const url = yield* Proxy.start()
        const [verb, version = "1.1"] = method.split("-")
        const secret = new URL(url).pathname.slice(1)
        const head = [
          `${verb} ${target(secret)} HTTP/${version}`,
          ...(typeof headers === "function" ? headers(secret) : (headers ?? [local])),
          "Connection: close"
        ]
        const answer = yield* Proxy.raw(url, `${head.join("\r\n")}\r\n\r\n`)
        assert.match(
          answer,
          new RegExp(`^HTTP/1\\.1 ${status} [^]*"code":"proxy\\.refused\\.${code}","status":${status},`)
        )
        assert.match(answer, /content-type: application\/json/i)
        assert.strictEqual((yield* (yield* Simulator).journal).apiRequests, 0)
      })
    )
  }

  it.effect("nobody who knows the secret, by any name of this machine", () =>
    Effect.gen(function* () {
      const url = yield* Proxy.start()
      for (const host of ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]"]) {
        const { status } = yield* Proxy.call(`${url}/api/v2/tokens/me`, { headers: { host, "sec-fetch-site": "none" } })
        assert.strictEqual(status, 200, host)
      }
      yield* (yield* Simulator).clearJournal
    })
  )
})
