/** The way that is told for a URL, and that it is the way that requests take: counted at a proxy and at the hosts. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import dns from "node:dns"
import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { inspect } from "node:util"
import { afterAll, beforeAll, vi } from "vitest"
import { nameOf, Proxies, proxyFor } from "../src/Proxies.ts"
import * as Transport from "../src/Transport.ts"
import * as Certificates from "./network/Certificates.ts"
import * as Company from "./network/Company.ts"
import * as Proxy from "./network/Proxy.ts"
import { listen } from "./network/Server.ts"

const secure = "http://user:canary@secure.example:3128"
const plain = "http://plain.example:3128"

/** The proxy by its name, or nothing. */
const wayTo = (url: string, env: Company.Env) =>
  Proxies.useSync((proxies) => Option.getOrUndefined(Option.map(proxyFor(proxies, url), nameOf))).pipe(
    Effect.provide(Layer.provide(Proxies.layerConfig, Company.settings(env)))
  )

describe("the scheme decides which proxy:", () => {
  const both = { HTTPS_PROXY: secure, HTTP_PROXY: plain }
  const rows: ReadonlyArray<readonly [string, Company.Env, string | undefined]> = [
    ["https://a.example/path", both, "secure.example:3128"],
    ["wss://a.example/path", both, "secure.example:3128"],
    ["http://a.example", both, "plain.example:3128"],
    ["ws://a.example", both, "plain.example:3128"],
    ["https://a.example", { HTTP_PROXY: plain }, undefined],
    ["http://a.example", { HTTPS_PROXY: secure }, undefined],
    ["https://a.example", { ...both, https_proxy: plain }, "plain.example:3128"],
    ["http://a.example", { ...both, http_proxy: secure }, "secure.example:3128"],
    ["https://a.example", { ...both, https_proxy: "" }, "secure.example:3128"],
    ["https://a.example", { ...both, NO_PROXY: "a.example", no_proxy: "b.example" }, "secure.example:3128"],
    ["https://a.example", { ALL_PROXY: secure, all_proxy: secure, NO_PROXY: "b.example" }, undefined],
    ["https://a.example", {}, undefined],
    ["ftp://a.example", both, undefined],
    ["no URL", both, undefined],
    // This machine.
    ["http://localhost:8080", both, undefined],
    ["https://LOCALHOST", both, undefined],
    ["https://127.0.0.1:8443", both, undefined],
    ["https://127.8.9.10", both, undefined],
    ["ws://[::1]:80", both, undefined],
    ["https://localhost.example", both, "secure.example:3128"]
  ]
  for (const [url, env, expected] of rows) {
    it.effect(`${url} with ${JSON.stringify(env)}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* wayTo(url, env), expected)
      })
    )
  }

  it.effect("without the proxy's user and password in its name", () =>
    Effect.gen(function* () {
      const proxies = yield* Proxies
      assert.notInclude(inspect(proxies, { depth: 20, showHidden: true }) + JSON.stringify(proxies), "canary")
      const found = Option.getOrThrow(proxyFor(proxies, "https://a.example"))
      assert.strictEqual(Redacted.value(found), secure)
      assert.strictEqual(nameOf(found), "secure.example:3128")
    }).pipe(Effect.provide(Layer.provide(Proxies.layerConfig, Company.settings(both))))
  )
})

/** `NO_PROXY`, what it takes in, and what it does not. */
const exceptions: ReadonlyArray<readonly [string, ReadonlyArray<string>, ReadonlyArray<string>]> = [
  ["", [], ["https://a.example"]],
  [" , ,", [], ["https://a.example"]],
  ["*", ["https://a.example:8443", "http://10.0.0.1", "https://[2001:db8::1]"], []],
  ["b.example, *", ["https://a.example"], []],
  ["*:8443", ["https://a.example:8443"], ["https://a.example"]],
  [
    "a.example",
    ["https://a.example", "https://a.example:8443", "https://x.a.example", "https://y.x.a.example", "http://a.example"],
    ["https://ba.example", "https://example", "https://a.example.net", "https://a.examples"]
  ],
  [".a.example", ["https://a.example", "https://x.a.example"], ["https://ba.example"]],
  ["*.a.example", ["https://x.a.example", "https://y.x.a.example"], ["https://a.example", "https://ba.example"]],
  ["*a.example", [], ["https://a.example", "https://ba.example", "https://x.a.example"]],
  ["a.*", [], ["https://a.example"]],
  ["A.Example", ["https://a.example", "https://X.A.EXAMPLE"], []],
  ["a.example.", ["https://a.example", "https://a.example.", "https://x.a.example."], []],
  ["a.example", ["https://a.example.", "https://x.a.example."], []],
  ["bücher.example", ["https://bücher.example", "https://xn--bcher-kva.example"], []],
  [
    "a.example:8443",
    ["https://a.example:8443", "https://x.a.example:8443", "wss://a.example:8443"],
    ["https://a.example", "https://a.example:443"]
  ],
  ["a.example:443", ["https://a.example", "wss://a.example", "https://a.example:443"], ["http://a.example"]],
  ["a.example:80", ["http://a.example", "ws://a.example"], ["https://a.example"]],
  ["*.a.example:8443", ["https://x.a.example:8443"], ["https://a.example:8443", "https://x.a.example"]],
  [".a.example:8443", ["https://a.example:8443"], ["https://a.example"]],
  ["b.example, a.example", ["https://a.example", "https://b.example"], ["https://c.example"]],
  ["b.example a.example\tc.example\nd.example", ["https://a.example", "https://c.example", "https://d.example"], []],
  ["10.0.0.1", ["https://10.0.0.1", "https://10.0.0.1:8443"], ["https://110.0.0.1", "https://10.0.0.10"]],
  // The end of an address is no domain.
  ["0.0.1,0.1,1", [], ["https://10.0.0.1"]],
  ["10.0.0.1:443", ["https://10.0.0.1"], ["https://10.0.0.1:8443"]],
  ["[2001:db8::1]", ["https://[2001:db8::1]", "https://[2001:db8::1]:8443"], ["https://[2001:db8::2]"]],
  ["2001:db8::1", ["https://[2001:db8::1]"], ["https://[2001:db8::11]"]],
  ["[2001:DB8:0:0::1]", ["https://[2001:db8::1]"], []],
  ["2001:DB8:0::0:1", ["https://[2001:db8::1]"], []],
  ["[2001:db8::1]:8443", ["https://[2001:db8::1]:8443"], ["https://[2001:db8::1]"]],
  // What is no host means none, and leaves the others as they are.
  ["https://a.example", [], ["https://a.example", "https://https"]],
  [
    "a.example/path,user@a.example,a.example:,a.example:x,[a.example,:443,.,b.example",
    ["https://b.example"],
    ["https://a.example"]
  ],
  ["10.0.0.0/8", [], ["https://10.0.0.1"]]
]

describe("NO_PROXY", () => {
  for (const [NO_PROXY, direct, through] of exceptions) {
    it.effect(JSON.stringify(NO_PROXY), () =>
      Effect.gen(function* () {
        for (const name of ["NO_PROXY", "no_proxy"]) {
          const env = { HTTPS_PROXY: secure, HTTP_PROXY: plain, [name]: NO_PROXY }
          for (const url of direct) assert.isUndefined(yield* wayTo(url, env), url)
          for (const url of through) assert.isDefined(yield* wayTo(url, env), url)
        }
      })
    )
  }
})

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
