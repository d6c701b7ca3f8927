/** The way that is told for a URL is the way that requests and WebSockets take: counted at the proxies and at the hosts. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Socket from "effect/socket/Socket"
import dns from "node:dns"
import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { afterAll, beforeAll, vi } from "vitest"
import { nameOf, Proxies, proxyFor } from "../src/Proxies.ts"
import * as Transport from "../src/Transport.ts"
import * as Certificates from "./network/Certificates.ts"
import * as Company from "./network/Company.ts"
import * as Proxy from "./network/Proxy.ts"
import { listen } from "./network/Server.ts"

describe("what is told is what is done:", () => {
  const names = ["a.example", "x.a.example", "b.example"]
  /** It is this machine, though not by one of the names that are never asked for through a proxy. */
  const address = "0.0.0.0"

  /** Every name is that of this machine. */
  const lookup = (...args: ReadonlyArray<unknown>) => {
    const options = args[1]
    const done = args.at(-1)
    if (typeof done !== "function") throw new TypeError("no callback")
    const wantsAll = typeof options === "object" && options !== null && "all" in options && options.all === true
    done(null, ...(wantsAll ? [[{ address: "127.0.0.1", family: 4 }]] : ["127.0.0.1", 4]))
  }
  beforeAll(() => void vi.spyOn(dns, "lookup").mockImplementation(lookup))
  afterAll(() => void vi.restoreAllMocks())

  /** The hosts, one with TLS and one without, the proxies of either scheme, and what came to each. */
  const company = Effect.gen(function* () {
    const authority = yield* Certificates.makeAuthority("An authority")
    const tls = createTlsServer(yield* authority.issue({ hosts: [...names, address, "localhost"] }))
    const clear = createServer()
    const ports = { https: yield* listen(tls), http: yield* listen(clear) }
    const direct: Array<string> = []
    for (const server of [tls, clear]) {
      server.on("request", ({ headers }, response) => {
        direct.push(headers.host ?? "")
        response.end("by the host")
      })
      server.on("upgrade", ({ headers }, socket) => {
        direct.push(headers.host ?? "")
        socket.on("error", () => undefined)
        socket.end("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n")
      })
    }
    const secureProxy = yield* Proxy.make({ port: ports.https.port, login: "user:canary" })
    const plainProxy = yield* Proxy.make({ port: ports.http.port, login: "user:canary" })
    const nameIn = ({ port }: { readonly port: number }) => `127.0.0.1:${port}`
    const all = [secureProxy, plainProxy]
    return {
      ca: { GENESYS_CLOUD_CA_FILE: Certificates.file(authority.cert) },
      ports,
      proxies: {
        HTTPS_PROXY: `http://user:canary@${nameIn(secureProxy)}`,
        HTTP_PROXY: `http://user:canary@${nameIn(plainProxy)}`
      },
      /** The proxies that were asked, and the hosts that were reached, since this was asked last. */
      counted: () => ({
        through: all.flatMap((proxy) => proxy.asked.splice(0).map(() => nameIn(proxy))),
        reached: direct.splice(0)
      })
    }
  })

  const send = (url: string) =>
    url.startsWith("ws")
      ? Effect.scoped(
          Effect.ignore(
            Effect.flatMap(Socket.makeWebSocket(url), (socket) =>
              Socket.readerString(socket).pipe(Effect.flatMap((pull) => pull))
            )
          )
        )
      : HttpClient.get(url).pipe(
          Effect.flatMap(({ text }) => text),
          Effect.asVoid,
          Effect.scoped
        )

  const entries = (https: number, http: number) => [
    "",
    "*",
    `*:${https}`,
    "a.example",
    ".a.example",
    "*.a.example",
    "A.EXAMPLE.",
    `a.example:${https}`,
    `*.a.example:${http}`,
    "b.example,x.a.example",
    "b.example x.a.example",
    "ple",
    "0.0.0.0",
    `0.0.0.0:${http}`,
    "0.0,0",
    "https://a.example,:443,[::1]"
  ]

  for (const [name, given, most] of [
    ["both proxies", ["HTTPS_PROXY", "HTTP_PROXY"], undefined],
    ["HTTPS_PROXY alone", ["HTTPS_PROXY"], 4],
    ["HTTP_PROXY alone", ["HTTP_PROXY"], 4],
    ["no proxy", [], 1]
  ] as const) {
    it.live(name, () =>
      Effect.gen(function* () {
        const { ca, ports, proxies, counted } = yield* company
        const { http, https } = { http: ports.http.port, https: ports.https.port }
        const urls = [...names, address, "localhost", "A.Example."].flatMap((host) => [
          `https://${host}:${https}/path`,
          `http://${host}:${http}/path`
        ])
        urls.push(`wss://a.example:${https}/`, `ws://a.example:${http}/`)
        const count = { through: 0, direct: 0 }
        for (const NO_PROXY of entries(https, http).slice(0, most)) {
          const env = { ...ca, NO_PROXY, ...Object.fromEntries(given.map((one) => [one, proxies[one]])) }
          yield* Effect.gen(function* () {
            const found = yield* Proxies
            for (const url of urls) {
              const what = `${url} with NO_PROXY="${NO_PROXY}"`
              const told = Option.map(proxyFor(found, url), nameOf)
              yield* send(url)
              const { reached, through } = counted()
              assert.deepStrictEqual(through, Option.toArray(told), what)
              if (told._tag === "None") assert.lengthOf(reached, 1, what)
              count[told._tag === "None" ? "direct" : "through"]++
            }
          }).pipe(Effect.provide(Layer.provide(Transport.layerConfig, Company.settings(env))))
        }
        assert.strictEqual(count.through > 0, given.length > 0)
        assert.isAbove(count.direct, 0)
      })
    )
  }
})
