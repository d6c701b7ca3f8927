/** WebSockets by the transport's way: the simulator's channels, behind a company's proxy and its mutual TLS. */
import { assert, it } from "@effect/vitest"
import { explain } from "@effect-genesys/core/ConnectionFailure"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Socket from "effect/socket/Socket"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Certificates from "./network/Certificates.ts"
import * as Company from "./network/Company.ts"

const mutual: Company.Options = { tls: ({ cert }) => ({ requestCert: true, rejectUnauthorized: true, ca: cert }) }

const Channel = Schema.Struct({ id: Schema.String, connectUri: Schema.String })

/** Says ping to the simulator, and answers what it says. */
const ping = Effect.fnUntraced(function* (url: string) {
  const socket = yield* Socket.makeWebSocket(url)
  const pull = yield* Socket.readerString(socket)
  const writer = yield* socket.writer
  yield* writer.write(JSON.stringify({ message: "ping" }))
  return (yield* pull).join()
}, Effect.scoped)

it.live("go through the proxy, with the authority and the client certificate", () =>
  Effect.gen(function* () {
    const { authority, ca, env, proxy } = yield* Company.make(mutual)
    const { cert, key } = yield* authority.issue()
    yield* Effect.gen(function* () {
      const { connectUri } = yield* GenesysClient.use(({ json }) =>
        json(HttpClientRequest.post("/api/v2/notifications/channels"), Channel)
      )
      // The simulator names itself; the company has it as one of the hosts of its certificate.
      const { pathname } = new URL(connectUri)
      assert.include(yield* ping(`wss://api.mypurecloud.com${pathname}`), "pong")
      assert.strictEqual(proxy.asked.at(-1), "api.mypurecloud.com:443")
    }).pipe(
      Effect.provide(
        Company.layer({
          ...env,
          ...ca,
          GENESYS_CLOUD_CLIENT_CERT_FILE: Certificates.file(cert),
          GENESYS_CLOUD_CLIENT_KEY_FILE: Certificates.file(key)
        })
      )
    )
  }).pipe(Effect.provide(Simulator.layer()))
)

it.live("that cannot be opened say why", () =>
  Effect.gen(function* () {
    const { env } = yield* Company.make()
    const error = yield* Effect.flip(ping("wss://api.mypurecloud.com/")).pipe(Effect.provide(Company.layer(env)))
    assert.include(explain(error).advice ?? "", "GENESYS_CLOUD_CA_FILE")
  }).pipe(Effect.provide(Simulator.layer()))
)
