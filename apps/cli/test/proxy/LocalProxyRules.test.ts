/** Which calls pass a local proxy that takes some only, and what it says of the others. */
import { assert, it, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Rules from "../../src/proxy/rules.ts"
import * as Proxy from "../support/LocalProxy.ts"

const parsed = (text: string) => Rules.parse(text)!

/** Rules, a call below `/api/v2/`, and whether they take it. */
const calls: ReadonlyArray<readonly [ReadonlyArray<string>, string, boolean]> = [
  [["GET users/*"], "GET users/1", true],
  [["GET users/*"], "HEAD users/1", true],
  [["GET users/*"], "POST users/1", false],
  [["GET users/*"], "GET users", false],
  [["GET users/*"], "GET users/", false],
  [["GET users/*"], "GET users/1/presence", false],
  [["GET users/*"], "GET users//1", false],
  [["GET users/*"], "GET Users/1", false],
  [["GET users/*"], "GET queues/1", false],
  [["GET users/*"], "GET users/a%20b", true],
  [["GET users/*"], "GET %75sers/1", true],
  // What the other side may read as more than one part, or as another one.
  [["GET users/*"], "GET users/1%2Fpresence", false],
  [["GET users/*"], "GET users/1%5Cpresence", false],
  [["GET users/*"], "GET users/1%252Fpresence", false],
  [["GET users/*"], "GET users/1;presence", false],
  [["GET users/*"], "GET users/1%3Fx", false],
  [["GET users/*"], "GET users/1%23x", false],
  [["get users/me"], "GET users/me", true],
  [["GET users.me"], "GET usersxme", false],
  [["HEAD users"], "GET users", false],
  [["GET,POST /api/v2/users"], "POST users", true],
  [["GET,POST /api/v2/users"], "PUT users", false],
  [["* users/**"], "DELETE users/1/roles/2", true],
  [["* users/**"], "DELETE users", false],
  [["* users/*/roles/**"], "PUT users/1/roles/2", true],
  [["* users/*/roles/**"], "PUT users/1/skills/2", false],
  [["* **"], "PATCH a/b/c", true],
  [["GET users", "POST users/search"], "POST users/search", true],
  [["GET users", "POST users/search"], "GET users/search", false]
]

it("rules take what they say, and nothing that could be read as something else", () => {
  for (const [rules, call, taken] of calls) {
    const [method = "", path = ""] = call.split(" ")
    const verdict = Rules.judge({ readOnly: false, allow: rules.map(parsed) }, method, `/api/v2/${path}`)
    assert.strictEqual(verdict === undefined, taken, `${rules.join(", ")}: ${call}`)
  }
})

it("a rule that is none is told from one", () => {
  const wrong = ["", "GET", "users/*", "GET users/* more", "FETCH users", "GET,FETCH users", "GET https://a/users"]
  for (const text of [
    ...wrong,
    "GET /users",
    "GET users?x=y",
    "GET **/users",
    "GET us*rs",
    "GET users/%2a",
    "GET ./ü"
  ]) {
    assert.isUndefined(Rules.parse(text), text)
  }
})

const error = (code: string, message: string) => ({ status: 403, body: { status: 403, code, message } })

layer(Simulator.layer(), { excludeTestServices: true })("a local proxy", (each) => {
  const ask = Effect.fnUntraced(function* (url: string, method: string, path: string, body?: string) {
    const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" }
    const answer = yield* Proxy.call(`${url}/api/v2/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body })
    })
    return { status: answer.status, body: answer.text === "" ? {} : JSON.parse(answer.text) }
  })

  each.effect("that is for reading takes reads, searches and queries, and sends nothing else on", () =>
    Effect.gen(function* () {
      const url = yield* Proxy.start({ readOnly: true })
      assert.strictEqual((yield* ask(url, "GET", "users?pageSize=1")).status, 200)
      assert.strictEqual((yield* ask(url, "HEAD", "tokens/me")).status, 200)
      const query = '{"query":[{"type":"EXACT","fields":["email"],"value":"x"}]}'
      assert.strictEqual((yield* ask(url, "POST", "users/search", query)).status, 200)
      yield* (yield* Simulator).clearJournal
      const refusal = (what: string) => error("proxy.refused.read.only", `The proxy runs with --read-only: of ${what}.`)
      const queries = "POST it takes searches and queries only"
      for (const [method, path, what] of [
        ["DELETE", "tokens/me", "DELETE it takes nothing"],
        ["PUT", "users/1", "PUT it takes nothing"],
        ["PATCH", "users/1/search", "PATCH it takes nothing"],
        ["POST", "notifications/channels", queries],
        ["POST", "users?x=/search", queries],
        ["POST", "users/search/conversation", queries],
        ["POST", "users%2Fsearch", queries],
        ["POST", "users/1%3Fx/search", queries],
        ["POST", "users/1%23x/search", queries],
        ["POST", "users/1;x/search", queries]
      ] as const) {
        const answer = yield* ask(url, method, path, method === "DELETE" ? undefined : "{}")
        const wanted = refusal(what)
        assert.strictEqual(answer.status, wanted.status)
        assert.deepInclude(answer.body, wanted.body, `${method} ${path}`)
      }
      assert.strictEqual((yield* (yield* Simulator).journal).apiRequests, 0)
    })
  )

  each.effect("with rules takes those calls, and names the rules to whoever makes another one", () =>
    Effect.gen(function* () {
      const url = yield* Proxy.start({ allow: ["GET tokens/me", "GET users/*"] })
      assert.strictEqual((yield* ask(url, "GET", "tokens/me?x=users")).status, 200)
      const answer = yield* ask(url, "GET", "users")
      const message = 'None of the rules of --allow takes this GET: "GET tokens/me", "GET users/*".'
      assert.deepInclude(answer.body, error("proxy.refused.not.allowed", message).body)
      // Logging in is no call of the API.
      const login = yield* Proxy.call(`${url}/oauth/token`, { method: "POST" })
      assert.strictEqual(login.status, 200)
    })
  )

  each.effect("drops a header that would make another call of it", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const apiUrl = yield* Proxy.api(({ headers }, response) => {
        seen.push(...Object.keys(headers).filter((name) => /method|url/.test(name)))
        response.end("{}")
      })
      const url = yield* Proxy.start({ apiUrl, readOnly: true })
      const methods = ["x-http-method", "x-http-method-override", "x-method", "x-method-override"]
      const urls = ["x-original-url", "x-rewrite-url"]
      const headers = Object.fromEntries([
        ...methods.map((name) => [name, "PUT"]),
        ...urls.map((name) => [name, "/api/v2/users/2"])
      ])
      yield* Proxy.call(`${url}/api/v2/users/1`, { headers })
      assert.deepStrictEqual(seen, [])
    })
  )

  each.effect("does not start with a rule that is none, and says what one is", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Proxy.start({ allow: ["GET users/*", "users"] }))
      assert.match(failure.message, /^"users" is no rule for --allow\. It is a method .*GET users\/\*/)
    })
  )
})
