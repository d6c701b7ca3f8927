/** What the promise interface is given: who we are, who sends, and for how long somebody waits. `PromiseStores` has what is shared. */
import { afterEach, assert, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"
import {
  ConfigurationError,
  createTokenManager,
  type CreateTokenManagerOptions,
  type PromiseTokenManager,
  UnavailableError
} from "@effect-genesys/auth"
import { errorOf, folder, login, made, tidied, who } from "./Promises.ts"

tidied()

describe("fetch", () => {
  it("is the user's own, and one request is made for all who come at once", async () => {
    const { asked, fetch } = login()
    const manager = made({ ...who, fetch })
    const tokens = await Promise.all(Array.from({ length: 10_000 }, () => manager.getToken()))
    assert.deepStrictEqual([...new Set(tokens)], ["token-1"])
    assert.deepStrictEqual(asked, ["client:secret"])
    assert.strictEqual(await manager.getToken(), "token-1")
  })
})

/** What a `fetch` may give that is none. */
const nonsense = async (): Promise<ReadonlyArray<readonly [what: string, answer: unknown]>> => {
  const read = Response.json({})
  await read.text()
  const locked = Response.json({})
  locked.body?.getReader()
  return [
    ["undefined", undefined],
    ["string", "token"],
    ["a status", {}],
    ["Headers", { status: 200, headers: null, arrayBuffer: fetch }],
    ["arrayBuffer", { status: 200, headers: new Headers() }],
    ["read already", read],
    ["locked", locked]
  ]
}

it("a fetch that gives what is no answer is named, and what it gave", async () => {
  for (const [what, answer] of await nonsense()) {
    const options: CreateTokenManagerOptions = { ...who, patience: 100 }
    Reflect.set(options, "fetch", async () => answer)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const error = await errorOf(made(options).getToken())
    assert.instanceOf(error, UnavailableError)
    assert.strictEqual(error.reason, "InvalidResponse")
    assert.match(error.message, new RegExp(`^The fetch that was given gave .*${what}.* where a Response must come`))
  }
})

describe("getToken", () => {
  it("ends one wait with the reason of its signal, and no other one", async () => {
    const host = Promise.withResolvers<void>()
    const { asked, fetch } = login(host.promise)
    const manager = made({ ...who, fetch })
    const [mine, given] = [new AbortController(), new Error("no longer wanted")]
    const error = errorOf(manager.getToken({ signal: mine.signal }))
    const other = manager.getToken()
    const renewed = errorOf(manager.renewToken({ signal: mine.signal }))
    mine.abort(given)
    assert.strictEqual(await error, given)
    assert.strictEqual(await renewed, given)
    assert.strictEqual(await errorOf(manager.getToken({ signal: mine.signal })), given)
    host.resolve()
    assert.strictEqual(await other, "token-1")
    assert.strictEqual(await manager.getToken({ signal: new AbortController().signal }), "token-1")
    assert.deepStrictEqual(asked, ["client:secret"])
  })

  describe("with a signal that is none", () => {
    afterEach(() => void vi.restoreAllMocks())
    const fails = () => {
      throw new Error("no listeners here")
    }
    for (const [signal, message] of [
      [{}, /signal is not valid: it must be an AbortSignal/],
      ["abort", /AbortSignal/],
      [null, /AbortSignal/],
      [{ aborted: false }, /AbortSignal/],
      [{ aborted: false, addEventListener: fails, removeEventListener: () => undefined }, /no listeners here/]
    ] as const) {
      it(`names it, and holds the process no longer: ${JSON.stringify(signal)}`, async () => {
        const [set, clear] = [vi.spyOn(globalThis, "setInterval"), vi.spyOn(globalThis, "clearInterval")]
        const manager = made({ ...who, fetch: login(new Promise(() => undefined)).fetch })
        const waiting: object = { signal }
        const errors = await Promise.all([manager.getToken(waiting), manager.renewToken(waiting)].map(errorOf))
        for (const error of errors) assert.match(String(error), message)
        const cleared = new Set(clear.mock.calls.map(([handle]) => handle))
        assert.deepStrictEqual(
          set.mock.results.filter(({ value }) => !cleared.has(value)),
          []
        )
      })
    }
  })

  it("gives no token that has expired while the machine was away: the wall clock jumps, and no timer goes off", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const manager = made({ ...who, fetch: login().fetch })
    assert.strictEqual(await manager.getToken(), "token-1")
    vi.setSystemTime(Date.now() + 3_600_000)
    assert.strictEqual(await manager.getToken(), "token-2")
  })

  it("waits for as many milliseconds as it is told", async () => {
    const manager = made({ ...who, fetch: login(new Promise(() => undefined)).fetch, patience: 50 })
    const before = performance.now()
    assert.propertyVal(await errorOf(manager.getToken()), "reason", "Timeout")
    assert.isBelow(performance.now() - before, 5_000)
  })

  it("refuses at once when it is closed, though a token was held, and so do all others", async () => {
    const manager = made({ ...who, fetch: login().fetch })
    await manager.getToken()
    const closing = manager[Symbol.asyncDispose]()
    const asked = [manager.getToken(), manager.renewToken(), manager.rejectToken("token-1")]
    for (const error of await Promise.all(asked.map(errorOf))) assert.propertyVal(error, "reason", "Closed")
    await closing
    assert.deepStrictEqual(await manager.getStatus(), { state: "closed", renewing: false, generation: 0 })
  })
})

it("getStatus has moments as Date, and is empty until a token is asked for", async () => {
  const manager = made({ ...who, fetch: login().fetch })
  assert.deepStrictEqual(await manager.getStatus(), { state: "empty", renewing: false, generation: 0 })
  await manager.getToken()
  const { expiresAt, issuedAt, lastOutcome, renewAt, state } = await manager.getStatus()
  assert.strictEqual(state, "ready")
  assert.strictEqual(Number(expiresAt) - Number(issuedAt), 3_600_000)
  assert.isTrue(renewAt instanceof Date && lastOutcome?.at instanceof Date)
})

describe("credentials", () => {
  it("are asked for anew for each request for a token, and a rotated secret is shown at once", async () => {
    const { asked, fetch } = login()
    let [secret, calls] = ["old", 0]
    const credentials = () => (calls++, Promise.resolve({ clientId: "client", clientSecret: secret }))
    const manager = made({ credentials, fetch })
    assert.strictEqual(await manager.getToken(), "token-1")
    assert.strictEqual(await manager.renewToken(), "token-2")
    secret = "new"
    assert.strictEqual(await manager.renewToken(), "token-3")
    assert.deepStrictEqual(asked, ["client:old", "client:old", "client:new"])
    assert.strictEqual(calls, 3)
    assert.strictEqual((await manager.getStatus()).generation, 1)
  })

  it("that cannot be had are an error the first time, and the last ones are shown later", async () => {
    const { asked, fetch } = login()
    const [vault, given] = [new Error("the vault is shut"), { clientId: "client", clientSecret: "good" }]
    let answer: () => typeof given = () => {
      throw vault
    }
    const manager = made({ credentials: () => answer(), fetch })
    const error = await errorOf(manager.getToken())
    assert.instanceOf(error, UnavailableError)
    assert.propertyVal(error, "reason", "Credentials")
    assert.propertyVal(error, "cause", vault)
    answer = () => given
    assert.strictEqual(await manager.getToken(), "token-1")
    answer = () => {
      throw vault
    }
    assert.strictEqual(await manager.renewToken(), "token-2")
    assert.deepStrictEqual(asked, ["client:good", "client:good"])
  })

  it("that could not be had are asked for anew by who comes in the same millisecond", async () => {
    // Of so many, one after the other, some do.
    for (let count = 0; count < 100; count++) {
      let calls = 0
      const manager = made({
        credentials: () => {
          if (calls++ === 0) throw new Error("the vault is shut")
          return { clientId: "client", clientSecret: "good" }
        },
        fetch: login().fetch
      })
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.propertyVal(await errorOf(manager.getToken()), "reason", "Credentials")
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.strictEqual(await manager.getToken(), "token-1")
    }
  })

  it("that hang are waited for as long as a caller has patience, the first time too", async () => {
    const credentials = () => new Promise<never>(() => undefined)
    const before = performance.now()
    const error = await errorOf(made({ credentials, fetch: login().fetch, patience: 100 }).getToken())
    assert.match(String(error), /took more than 100ms/)
    assert.isBelow(performance.now() - before, 4_000)
  })

  const broken = {
    clientId: "client",
    get clientSecret(): string {
      throw new Error("the vault is shut")
    }
  }
  for (const [what, credentials, said, cause] of [
    ["throws nothing", () => Promise.reject(), /failed, .* It does not say why/, undefined],
    ["throws null", () => Promise.reject(JSON.parse("null")), /failed/, null],
    ["gives what cannot be read", () => broken, /failed, .* Its error is the cause/, /the vault is shut/]
  ] as const) {
    it(`that ${what} have failed, and were not late`, async () => {
      const error = await errorOf(made({ credentials, fetch: login().fetch }).getToken())
      assert.instanceOf(error, UnavailableError)
      assert.strictEqual(error.reason, "Credentials")
      assert.match(error.message, said)
      if (cause instanceof RegExp) assert.match(String(error.cause), cause)
      else assert.strictEqual(error.cause, cause)
    })
  }

  it("may be a secret in a file", async () => {
    const { asked, fetch } = login()
    const clientSecretFile = join(folder(), "secret")
    writeFileSync(clientSecretFile, "in-a-file\n", { mode: 0o600 })
    await made({ clientId: "client", clientSecretFile, fetch }).getToken()
    assert.deepStrictEqual(asked, ["client:in-a-file"])
    const missing = errorOf(made({ clientId: "client", clientSecretFile: `${clientSecretFile}s`, fetch }).getToken())
    assert.propertyVal(await missing, "setting", "clientSecretFile")
  })
})

describe("what is no options at all", () => {
  for (const given of [null, 5, "text", [who], () => who]) {
    it(`is refused by what it should be: ${typeof given} ${JSON.stringify(given)}`, async () => {
      const manager: PromiseTokenManager = Reflect.apply(createTokenManager, undefined, [given])
      const error = await errorOf(manager.getToken())
      assert.instanceOf(error, ConfigurationError)
      assert.strictEqual(error.setting, "options")
      assert.match(error.message, /must be an object.*clientId, clientSecret/)
    })
    it(`of a wait is refused, too: ${typeof given} ${JSON.stringify(given)}`, async () => {
      const manager = made({ ...who, fetch: login().fetch })
      await manager.getToken()
      const asked = [manager.getToken, manager.renewToken].map((ask) => Reflect.apply(ask, undefined, [given]))
      for (const error of await Promise.all(asked.map(errorOf))) {
        assert.propertyVal(error, "setting", "options")
        assert.match(String(error), /getToken|renewToken knows these names in it: signal/)
      }
    })
  }

  it("and no listener, and no token", async () => {
    const manager = made({ ...who, fetch: login().fetch })
    assert.throws(() => Reflect.apply(manager.onChange, undefined, [5]), /listener is not valid: it must be a function/)
    const error = await errorOf(Reflect.apply(manager.rejectToken, undefined, [5]))
    assert.propertyVal(error, "setting", "token")
  })
})

describe("an option that is wrong is named, with what to write", () => {
  /** With a field that throws when it is read. */
  const unreadable = (name: string, rest: object) =>
    Object.defineProperty({ ...rest }, name, {
      enumerable: true,
      get: () => {
        throw new Error("not to be read")
      }
    })
  for (const [options, setting, message] of [
    [{ clientID: "client", clientSecret: "secret" }, "clientID", /Write clientId instead/],
    [{ ...who, timeout: 5 }, "timeout", /There are: clientId, clientSecret, .*patience/],
    [{ clientSecret: "secret" }, "clientId", /is not set. Set it to the id of an OAuth client/],
    [{ ...who, patience: "5 seconds" }, "patience", /a number of milliseconds, such as 5000/],
    [{ ...who, patience: -1 }, "patience", /milliseconds/],
    [{ ...who, policy: { patients: 5 } }, "patients", /Write patience instead/],
    [{ ...who, policy: { renewFractionMin: 0.9 } }, "renewFractionMin", /between 0 and 0.5/],
    [{ ...who, policy: { renewFractionMin: 0.3 } }, "policy", /renewFractionMin must not be above renewFractionMax/],
    [{ ...who, store: "redis" }, "store", /"file", or an object with the functions get, set and remove/],
    [{ ...who, fetch: "node-fetch" }, "fetch", /a function/],
    [{ ...who, proxy: "ftp://proxy" }, "proxy", /the URL of a proxy/],
    [{ ...who, proxy: "http://proxy", fetch }, "proxy", /left out where fetch is given/],
    [{ ...who, credentials: () => who }, "credentials", /left out/],
    [{ credentials: who }, "credentials", /a function that gives/],
    [{ credentials: () => ({ clientId: "client" }) }, "credentials.clientSecret", /is not set/],
    [{ ...who, clientSecretFile: "secret.txt" }, "clientSecretFile", /left out/],
    [{ ...who, keepAlive: "yes" }, "keepAlive", /true or false/],
    [{ ...who, policy: 5 }, "policy", /an object/],
    [{ ...who, policy: () => ({}) }, "policy", /an object/],
    [{ ...who, policy: null }, "policy", /an object/],
    [{ ...who, policy: { patience: 5 }, patience: 10 }, "patience", /left out where policy has a patience/],
    [{ ...who, policy: { jitter: Number.NaN } }, "jitter", /By default it is 0.2/],
    [{ ...who, store: null }, "store", /"file", or an object/],
    [{ ...who, store: { get: fetch, set: fetch, remove: fetch, withLock: 5 } }, "store.withLock", /a function/],
    [{ ...who, store: unreadable("get", { set: fetch, remove: fetch }) }, "store", /the functions get, set and remove/],
    [
      { ...who, store: unreadable("withLock", { get: fetch, set: fetch, remove: fetch }) },
      "store.withLock",
      /a function/
    ],
    [unreadable("region", who), "options", /whose fields can be read/],
    [{ ...who, context: 5 }, "context", /not known to createTokenManager/]
  ] as const) {
    it(`${setting}: ${message.source}`, async () => {
      // As JSON or a program without types gives them.
      const manager: PromiseTokenManager = Reflect.apply(createTokenManager, undefined, [options])
      const error = await errorOf(manager.getToken())
      assert.instanceOf(error, ConfigurationError)
      assert.strictEqual(error.setting, setting)
      assert.match(error.message, message)
      assert.notInclude(error.message, "secret.txt")
    })
  }
})
