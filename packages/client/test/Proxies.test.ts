/** Which proxy is told for a URL: by its scheme, the settings and the rules of `NO_PROXY`. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { nameOf, Proxies, proxyFor } from "../src/Proxies.ts"
import * as Company from "./network/Company.ts"

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
    ["https://a.example", { ALL_PROXY: secure, NO_PROXY: "b.example" }, "secure.example:3128"],
    ["https://b.example", { ALL_PROXY: secure, NO_PROXY: "b.example" }, undefined],
    ["http://a.example", { all_proxy: secure, ALL_PROXY: plain }, "secure.example:3128"],
    ["wss://a.example", { HTTP_PROXY: plain, ALL_PROXY: secure }, "secure.example:3128"],
    ["http://a.example", { HTTP_PROXY: plain, ALL_PROXY: secure }, "plain.example:3128"],
    ["https://a.example", { HTTPS_PROXY: secure, ALL_PROXY: "socks://a:1" }, "secure.example:3128"],
    ["http://a.example", { HTTPS_PROXY: secure, ALL_PROXY: "socks://a:1" }, undefined],
    ["https://localhost", { ALL_PROXY: secure }, undefined],
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
