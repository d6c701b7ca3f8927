/** The script, as its user runs it: a process of its own, with the packages as they are built. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"

const run = async (simulator: Simulator["Service"], change: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ["main.js"], {
    cwd: import.meta.dirname,
    env: {
      PATH: process.env["PATH"],
      GENESYS_CLOUD_LOGIN_URL: simulator.url,
      GENESYS_CLOUD_API_URL: simulator.url,
      GENESYS_CLOUD_CLIENT_ID: simulator.clientId,
      GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(simulator.clientSecret),
      ...change
    }
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}

/** How many users Genesys says that there are. */
const totalOf = async ({ clientId, clientSecret, url }: Simulator["Service"]) => {
  const login = await fetch(`${url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${Redacted.value(clientSecret)}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" })
  })
  const { access_token: token } = Object(await login.json())
  const users = await fetch(`${url}/api/v2/users?pageSize=1`, { headers: { authorization: `Bearer ${token}` } })
  return Number(Object(await users.json()).total)
}

it.live("counts all pages of a list, though the token is refused once, and ends", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    // Genesys has forgotten the token that it has just issued.
    yield* simulator.addFault({ path: "/api/v2/users", status: 401, times: 1 })
    const { code, stderr, stdout } = yield* Effect.promise(() => run(simulator))
    assert.deepStrictEqual([code, stderr], [0, ""])
    const counts = stdout
      .trim()
      .split("\n")
      .map((line) => Number(line.split("\t")[1]))
    assert.isAbove(counts.length, 1)
    const total = yield* Effect.promise(() => totalOf(simulator))
    assert.isAbove(total, 200)
    assert.strictEqual(
      counts.reduce((sum, count) => sum + count),
      total
    )
  }).pipe(Effect.provide(Simulator.layer({ users: 250 })))
)

it.live("says in a line what is wrong with its settings, and no secret", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const secret = "a-secret-that-nobody-shall-read"
    const { code, stderr, stdout } = yield* Effect.promise(() =>
      run(simulator, { GENESYS_CLOUD_CLIENT_SECRET: secret })
    )
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, /^[^\n]*client[^\n]*\n$/i)
    assert.notInclude(stderr, secret)
  }).pipe(Effect.provide(Simulator.layer()))
)
