/**
 * How many requests in a second the simulator answers over HTTP, and how much memory it needs, beside a bare node:http server
 * that answers a constant JSON. Servers and load run in processes of their own.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Load from "./Load.ts"
import * as Measure from "./Measure.ts"

const day = 24 * 60 * 60 * 1000
/** Of each candidate in a round. */
const millis = 1000

/** 1,041,600 in 31 days. */
const conversationsPerHour = 1400
/** Tokens of the second live for a second, so that they do not pile up. */
const clients = [
  { id: "caller", secret: "secret", tokenLifetime: 86_400 },
  { id: "minter", secret: "secret", tokenLifetime: 1 }
] as const

const json = { "content-type": "application/json" }
const tokenRequest = ({ id, secret }: (typeof clients)[number]): Load.Request => ({
  method: "POST",
  path: "/oauth/token",
  headers: {
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded"
  },
  body: "grant_type=client_credentials"
})
const me: Load.Request = { method: "GET", path: "/api/v2/tokens/me" }
const search: Load.Request = {
  method: "POST",
  path: "/api/v2/users/search",
  headers: json,
  body: JSON.stringify({ query: [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }] })
}

/** A page from the middle of 31 days that ended yesterday. */
const details = (): Load.Request => {
  const to = Math.floor(Date.now() / day) * day - day
  const interval = `${new Date(to - 31 * day).toISOString()}/${new Date(to).toISOString()}`
  const body = JSON.stringify({ interval, paging: { pageSize: 100, pageNumber: 5000 } })
  return { method: "POST", path: "/api/v2/analytics/conversations/details/query", headers: json, body }
}

const Token = Schema.fromJsonString(Schema.Struct({ access_token: Schema.String }))

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

export const simulatorLoad = Effect.scoped(
  Effect.gen(function* () {
    const bare = yield* Load.start("./BareServer.ts")
    const simulator = yield* Load.start("./SimulatorServer.ts", JSON.stringify({ clients, conversationsPerHour }))
    const { access_token } = yield* Load.once(simulator, tokenRequest(clients[0])).pipe(
      Effect.flatMap(Schema.decodeEffect(Token)),
      Effect.orDie
    )
    const signed = (request: Load.Request): Load.Request => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${access_token}` }
    })
    const candidates = (measure: typeof Load.perSecond): Measure.Candidates => [
      { name: "bare node:http, constant JSON", run: measure(bare, me, millis) },
      { name: "simulator, tokens/me", run: measure(simulator, signed(me), millis) },
      { name: "simulator, one user by e-mail", run: measure(simulator, signed(search), millis) },
      { name: "simulator, 100 of 1,041,600 conversations", run: measure(simulator, signed(details()), millis) },
      { name: "simulator, a new token", run: measure(simulator, tokenRequest(clients[1]), millis) }
    ]
    const memory = Effect.map(
      Effect.all([bare.usage, simulator.usage]),
      ([{ rss }, second]) => [rss, second.rss] as const
    )
    const idle = yield* memory
    const rows = yield* Measure.rounds(candidates(Load.perSecond), { warmUp: 2, rounds: 5 })
    const loaded = yield* memory
    const processor = yield* Measure.rounds(candidates(Load.cpuPerRequest), { warmUp: 0, rounds: 3 })
    yield* Measure.print("simulator: the server's processor time for a request", processor, "µs")
    yield* Measure.print("simulator: requests in a second, over 50 connections", rows, "req/s", [
      `Memory (RSS) before and after: bare node:http ${megabytes(idle[0])} and ${megabytes(loaded[0])}, ` +
        `simulator ${megabytes(idle[1])} and ${megabytes(loaded[1])}.`
    ])
  })
)
