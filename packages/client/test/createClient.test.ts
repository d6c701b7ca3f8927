/** The client as promises, over real HTTP: the simulator is Genesys Cloud. */
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import {
  ConfigurationError,
  createClient,
  type CreateClientOptions,
  InvalidRequestError,
  NotFoundError,
  type PromiseClient,
  UnauthorizedError,
  UnavailableError
} from "@effect-genesys/client"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { vi } from "vitest"
import * as Bundled from "../../../scripts/test/Bundled.ts"

const scope = Effect.runSync(Scope.make())
let simulator: Simulator["Service"]
const clients: Array<PromiseClient> = []

beforeAll(async () => {
  const context = await Effect.runPromise(Layer.buildWithScope(Simulator.layer(), scope))
  simulator = Context.get(context, Simulator)
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const made = (options: CreateClientOptions) => {
  const client = createClient(options)
  clients.push(client)
  return client
}
const settings = (): CreateClientOptions => ({
  clientId: simulator.clientId,
  clientSecret: Redacted.value(simulator.clientSecret),
  loginUrl: simulator.url,
  apiUrl: simulator.url
})
const live = (change: Partial<CreateClientOptions> = {}) => made({ ...settings(), ...change })

/** Genesys Cloud in place of the network: a login host, and an API that gives these answers in turn. */
const scripted = (...answers: ReadonlyArray<() => Response | Promise<Response>>) => {
  const asked: Array<{ readonly call: string; readonly token: string | null; readonly body: string }> = []
  let [logins, n] = [0, 0]
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input)
    if (pathname === "/oauth/token") return Response.json({ access_token: `token-${++logins}`, expires_in: 3_600 })
    const token = new Headers(init?.headers).get("authorization")
    const body = init?.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : ""
    asked.push({ call: `${init?.method} ${pathname}${search}`, token, body })
    return (answers[Math.min(n++, answers.length - 1)] ?? (() => Response.json({})))()
  }
  return {
    asked,
    client: (more: Partial<CreateClientOptions> = {}) => made({ clientId: "id", clientSecret: "s", fetch, ...more })
  }
}
const genesys = { "inin-correlation-id": "correlation" }
const refused = () =>
  Response.json(
    { code: "bad.credentials", contextId: "c", message: "no", status: 401 },
    { status: 401, headers: genesys }
  )

/** A token that is refused at once is replaced after a pause. */
const soon: Partial<CreateClientOptions> = { policy: { backoffInitial: 50 } }

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error
  )

describe("fetch", () => {
  it("gives a standard Response of the API, for a GET, a search and a DELETE", async () => {
    const client = live()
    const me = await client.fetch("/api/v2/tokens/me")
    assert.instanceOf(me, Response)
    const [type] = me.headers.get("content-type")?.split(";", 1) ?? []
    assert.deepStrictEqual([me.status, me.ok, type], [200, true, "application/json"])
    assert.nestedProperty(await me.json(), "organization.id")
    const users = await client.fetch("/api/v2/users", { query: { pageSize: 2, state: undefined } })
    assert.nestedPropertyVal(await users.json(), "entities.length", 2)
    const query = [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]
    const found = await client.fetch("/api/v2/users/search", { json: { query } })
    assert.nestedPropertyVal(await found.json(), "results.length", 1)
    const gone = await client.fetch("/api/v2/tokens/me", { method: "DELETE" })
    assert.isTrue(gone.ok)
    assert.strictEqual((await client.fetch("/api/v2/tokens/me", { method: "HEAD" })).status, 200)
  })

  it("keeps bytes as they are, and takes no body with a 204", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const { client } = scripted(
      () => new Response(bytes, { headers: genesys }),
      () => new Response(null, { status: 204, headers: genesys })
    )
    const one = client()
    assert.deepStrictEqual(new Uint8Array(await (await one.fetch("/api/v2/file")).arrayBuffer()), bytes)
    const none = await one.fetch("/api/v2/file", { method: "DELETE" })
    assert.deepStrictEqual([none.status, none.body], [204, null])
  })

  it("replaces a token that is refused, once, and fails when the next is refused too", async () => {
    const mended = scripted(refused, () => Response.json({}, { headers: genesys }))
    await mended.client(soon).fetch("/api/v2/users")
    assert.deepStrictEqual(
      mended.asked.map(({ token }) => token),
      ["Bearer token-1", "Bearer token-2"]
    )
    const hopeless = scripted(refused)
    assert.instanceOf(await errorOf(hopeless.client({ ...soon }).fetch("/api/v2/users")), UnauthorizedError)
    assert.strictEqual(hopeless.asked.length, 2)
  })

  it("waits as long as Retry-After says, and repeats what is safe, and nothing else", async () => {
    const limited = () => Response.json({}, { status: 429, headers: { ...genesys, "retry-after": "1" } })
    const { asked, client } = scripted(limited, () => Response.json({}, { headers: genesys }))
    const before = performance.now()
    await client().fetch("/api/v2/users", { method: "PATCH", json: { name: "new" } })
    assert.isAtLeast(performance.now() - before, 950)
    assert.deepStrictEqual(asked[1], { call: "PATCH /api/v2/users", token: "Bearer token-1", body: '{"name":"new"}' })

    const down = scripted(() => new Response("", { status: 503 }))
    const error = await errorOf(down.client({ retry: { maxRetries: 5 } }).fetch("/api/v2/users", { json: {} }))
    assert.instanceOf(error, UnavailableError)
    assert.strictEqual(down.asked.length, 1)
    const quick = down.client().fetch("/api/v2/users", { retry: { deadline: 1_000 } })
    assert.propertyVal(await errorOf(quick), "_tag", "UnavailableError")
    assert.strictEqual(down.asked.length, 2)
  })

  it("throws an error of a class of its own, with Genesys' code and plain fields", async () => {
    const missing = await errorOf(live().fetch("/api/v2/users/5c0ff05c-0000-4000-8000-000000000000"))
    assert.instanceOf(missing, NotFoundError)
    assert.nestedPropertyVal(missing, "api.status", 404)
    assert.instanceOf(await errorOf(live().fetch("https://elsewhere.example/api/v2/users")), InvalidRequestError)
    const { client } = scripted(() =>
      Response.json({}, { status: 429, headers: { ...genesys, "retry-after": "7200" } })
    )
    assert.propertyVal(await errorOf(client().fetch("/api/v2/users")), "retryAfterMillis", 7_200_000)
  })

  it("names a fetch that gives what is no answer, and asks it once", async () => {
    const read = Response.json({})
    await read.text()
    for (const answer of [undefined, 5, { status: 200, headers: null, arrayBuffer: () => undefined }, read]) {
      const answers: Array<() => Response> = []
      Reflect.set(answers, 0, () => answer)
      const { asked, client } = scripted(...answers)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const error = await errorOf(client().fetch("/api/v2/users"))
      assert.instanceOf(error, UnavailableError)
      assert.match(
        error.message,
        /^GET \/api\/v2\/users failed. The fetch that was given gave .* where a Response must/
      )
      assert.lengthOf(asked, 1)
    }
  })

  it("gives headers as they are, and leaves out what no Response may have", async () => {
    const { client } = scripted(() => {
      const answer = Response.json({}, { headers: { ...genesys, "x-latin": "caf\u00e9" } })
      const headers = [...answer.headers, ["x-name", "\u{1f600}"], ["x-broken", "a\u0000b"], ["not a name", "c"]]
      return Object.defineProperty(answer, "headers", { value: headers })
    })
    const { headers, status } = await client().fetch("/api/v2/users")
    assert.deepStrictEqual(
      [status, headers.get("x-latin"), headers.get("x-name"), headers.get("x-broken")],
      [200, "caf\u00e9", Buffer.from("\u{1f600}").toString("latin1"), null]
    )
  })

  it("ends with the reason of its signal, and the others go on", async () => {
    const [mine, reason] = [new AbortController(), new Error("no longer wanted")]
    const answer = Promise.withResolvers<Response>()
    const { asked, client } = scripted(() => answer.promise)
    const one = client()
    const error = errorOf(one.fetch("/api/v2/users", { signal: mine.signal }))
    const other = one.fetch("/api/v2/users")
    await vi.waitUntil(() => asked.length === 2)
    mine.abort(reason)
    assert.strictEqual(await error, reason)
    answer.resolve(Response.json({}, { headers: genesys }))
    assert.isTrue((await other).ok)
  })

  it("ends when the client is closed, and refuses from then on", async () => {
    const { asked, client } = scripted(() => new Promise(() => undefined))
    const one = client()
    const error = errorOf(one.fetch("/api/v2/users"))
    await vi.waitUntil(() => asked.length === 1)
    await one[Symbol.asyncDispose]()
    assert.propertyVal(await error, "reason", "Closed")
    assert.propertyVal(await errorOf(one.fetch("/api/v2/users")), "reason", "Closed")
    assert.propertyVal(await errorOf(one.getToken()), "reason", "Closed")
  })
})

describe("paginate", () => {
  it("gives the rows of all pages, and asks for no more than is wanted", async () => {
    const rows: Array<unknown> = []
    for await (const row of live().paginate("/api/v2/users", { query: { pageSize: 25 } })) rows.push(row)
    assert.nestedPropertyVal(await (await live().fetch("/api/v2/users")).json(), "total", rows.length)
    assert.isAbove(rows.length, 50)

    const page = (number: number) => () =>
      Response.json({ entities: [{ id: `${number}`, mos: 0 }], pageNumber: number, pageCount: 9 }, { headers: genesys })
    const { asked, client } = scripted(page(1), page(2), page(3))
    for await (const row of client().paginate("/api/v2/things", { lookAhead: 0 })) {
      assert.property(row, "id")
      if (asked.length === 2) break
    }
    assert.strictEqual(asked.length, 2)
  })

  it("gives plain JSON: a number that JavaScript cannot hold is the nearest one", async () => {
    const body = '{"entities":[{"id":"1","big":12345678901234567890}]}'
    const { client } = scripted(
      () => new Response(body, { headers: { ...genesys, "content-type": "application/json" } })
    )
    const { value } = await client().paginate("/api/v2/things").next()
    assert.deepStrictEqual(value, { id: "1", big: Number("12345678901234567890") })
  })

  it("fails after the rows that came, and ends with the reason of its signal", async () => {
    const { client } = scripted(
      () => Response.json({ entities: [{ id: "1" }], pageNumber: 1, pageCount: 2 }, { headers: genesys }),
      () => Response.json({ code: "x", contextId: "c" }, { status: 404, headers: genesys })
    )
    const list = client().paginate("/api/v2/things", { lookAhead: 0 })
    assert.deepStrictEqual((await list.next()).value, { id: "1" })
    assert.instanceOf(await errorOf(list.next()), NotFoundError)
    const over = client().paginate("/api/v2/things", { signal: AbortSignal.abort("enough") })
    assert.strictEqual(await errorOf(over.next()), "enough")
  })
})

describe("the options", () => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-client-"))
  afterAll(() => rmSync(folder, { recursive: true }))

  it("may be a secret in a file and a store, and the manager is the client's", async () => {
    const clientSecretFile = join(folder, "secret")
    writeFileSync(clientSecretFile, Redacted.value(simulator.clientSecret), { mode: 0o600 })
    const texts = new Map<string, string>()
    const store = {
      get: (name: string) => texts.get(name),
      set: (name: string, text: string) => texts.set(name, text),
      remove: (name: string) => texts.delete(name)
    }
    const { clientSecret: _, ...rest } = settings()
    const [one, other] = [made({ ...rest, clientSecretFile, store }), live({ store })]
    await one.fetch("/api/v2/tokens/me")
    assert.strictEqual(await one.getToken(), await other.getToken())
    assert.isTrue((await one.getStatus()).expiresAt instanceof Date)
  })

  it("name a proxy, which is asked for both hosts", async () => {
    const asked: Array<string | undefined> = []
    const proxy = createServer()
    proxy.on("connect", ({ url }, socket) => {
      asked.push(url)
      socket.end("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n")
    })
    await new Promise<void>((done) => void proxy.listen(0, "127.0.0.1", done))
    const address = proxy.address()
    const url = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`
    const client = made({
      clientId: "id",
      clientSecret: "secret",
      loginUrl: "https://login.invalid",
      patience: 200,
      proxy: url
    })
    assert.match(String(await errorOf(client.getToken())), /proxy/i)
    assert.deepStrictEqual([...new Set(asked)], ["login.invalid:443"])
    proxy.closeAllConnections()
    proxy.close()
  })

  /** As JSON or a program without types gives them. */
  const loose = (options: unknown): PromiseClient => Reflect.apply(createClient, undefined, [options])
  const who = { clientId: "id", clientSecret: "secret" }
  for (const [options, setting, message] of [
    [{ ...who, apiURL: "https://api.example.com" }, "apiURL", /not known to createClient. Write apiUrl instead/],
    [{ ...who, apiUrl: "http://api.example.com" }, "apiUrl", /an https URL/],
    [{ ...who, retry: { maxRetrys: 3 } }, "maxRetrys", /Write maxRetries instead/],
    [{ ...who, retry: { deadline: "1 minute" } }, "deadline", /milliseconds/],
    [{ ...who, retry: { maxRetries: 5_000 } }, "maxRetries", /between 0 and 1000/],
    [{ ...who, patience: "5" }, "patience", /milliseconds, such as 5000/],
    [{ ...who, retry: 5 }, "retry", /an object/],
    [{ ...who, retry: null }, "retry", /an object/],
    [{ ...who, retry: { maxRetries: Number.NaN } }, "maxRetries", /Expected an integer. By default it is 3/],
    [{ ...who, context: 5 }, "context", /not known to createClient/],
    [null, "options", /an object/],
    ["abc", "options", /an object/]
  ] as const) {
    it(`that are wrong are named, with what to write: ${setting}`, async () => {
      const client = loose(options)
      clients.push(client)
      const error = await errorOf(client.fetch("/api/v2/users"))
      assert.instanceOf(error, ConfigurationError)
      assert.strictEqual(error.setting, setting)
      assert.match(error.message, message)
    })
  }

  for (const [init, setting] of [
    [{ method: "FETCH" }, "method"],
    [{ json: {}, body: "{}" }, "body"],
    [{ body: { not: "text" } }, "body"],
    [{ headers: { "not a name": "x" } }, "headers"],
    [{ timeout: 5 }, "timeout"],
    [{ method: "GET", json: {} }, "method"],
    [{ json: () => 1 }, "json"],
    [{ json: Symbol("json") }, "json"],
    [{ json: 5n }, "json"],
    [{ query: "a=b" }, "query"],
    [{ query: new Map([["a", "b"]]) }, "query"],
    [{ query: [["a", "b"]] }, "query"],
    [{ query: null }, "query"],
    [{ query: { a: { b: 1 } } }, "query.a"],
    [{ query: { a: null } }, "query.a"],
    [{ query: { a: Symbol("a") } }, "query.a"],
    [{ query: { a: ["b", [1]] } }, "query.a"],
    [{ query: { a: Number.NaN } }, "query.a"],
    [{ retry: 5 }, "retry"],
    [{ retry: null }, "retry"],
    [{ signal: "x" }, "signal"],
    [{ headers: { host: "evil.test" } }, "headers.host"],
    [{ headers: { "Transfer-Encoding": "chunked" } }, "headers.transfer-encoding"],
    [{ headers: [["content-length", "5"]] }, "headers.content-length"],
    [{ headers: { connection: "close" } }, "headers.connection"],
    [null, "init"],
    [5, "init"],
    ["text", "init"],
    [[], "init"],
    [() => undefined, "init"]
  ] as const) {
    it(`of a call are named, too: ${setting} ${init instanceof Object ? Object.values(init).map(String).join() : init}`, async () => {
      const client = made({ ...who, fetch: async () => Response.json({ access_token: "token", expires_in: 3_600 }) })
      const calls = [
        Reflect.apply(client.fetch, undefined, ["/api/v2/users", init]),
        Reflect.apply(client.paginate, undefined, ["/api/v2/users", init]).next()
      ]
      for (const error of await Promise.all(calls.map(errorOf))) {
        assert.instanceOf(error, ConfigurationError)
        assert.strictEqual(error.setting, setting)
        assert.match(error.message, /must be|not known/)
      }
    })
  }

  it("of a call take a query as the platform has it", async () => {
    const { asked, client } = scripted(() => Response.json({}, { headers: genesys }))
    await client().fetch("/api/v2/users?a=0", { query: new URLSearchParams("a=1&a=2&b=3") })
    assert.strictEqual(asked[0]?.call, "GET /api/v2/users?a=0&a=1&a=2&b=3")
  })
})

describe("the options of paginate", () => {
  for (const lookAhead of [Number.POSITIVE_INFINITY, -1, "3", Number.NaN, 1.5, null, 101]) {
    it(`are named with what to write: lookAhead ${lookAhead}`, async () => {
      const init: object = { lookAhead }
      const error = await errorOf(live().paginate("/api/v2/users", init).next())
      assert.instanceOf(error, ConfigurationError)
      assert.strictEqual(error.setting, "lookAhead")
      assert.match(error.message, /a whole number of pages from 0 to 100/)
    })
  }
})

describe("the example without Effect", () => {
  const example = fileURLToPath(new URL("../../../examples/client-without-effect.ts", import.meta.url))

  it("is what the README shows", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    assert.include(readme, `\`\`\`ts\n${readFileSync(example, "utf8")}\`\`\``)
  })

  it("makes its calls, and ends, though it closes nothing", async () => {
    const env = {
      PATH: process.env["PATH"],
      GENESYS_CLOUD_CLIENT_ID: simulator.clientId,
      GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(simulator.clientSecret),
      GENESYS_CLOUD_LOGIN_URL: simulator.url,
      GENESYS_CLOUD_API_URL: simulator.url
    }
    const { stdout } = await promisify(execFile)(process.execPath, [...(await Bundled.program(example))], {
      env,
      timeout: 30_000
    })
    assert.match(
      stdout,
      /^200 application\/json.*\n\d+ users\nGET \/api\/v2\/users\/5c0ff05c-0000-4000-8000-000000000000 found nothing/
    )
  })
})
