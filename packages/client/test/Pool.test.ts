/** How many connections there are, counted by the server. */
import { assert, describe, it } from "@effect/vitest"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import { createServer } from "node:http"
import { setImmediate } from "node:timers/promises"
import * as Transport from "../src/Transport.ts"
import * as Company from "./network/Company.ts"
import * as Server from "./network/Server.ts"

/** A server that holds every answer back until so many requests wait at once, or until it is told to. */
const slow = Effect.fnUntraced(function* (atOnce: number) {
  const held: Array<() => void> = []
  const state = { mostHeld: 0, requests: 0 }
  const release = () => held.splice(0).forEach((answer) => answer())
  const server = createServer((_, response) => {
    state.requests++
    held.push(() => response.end("{}"))
    state.mostHeld = Math.max(state.mostHeld, held.length)
    if (held.length === atOnce) release()
  })
  // It neither closes an idle connection nor says how long it keeps one.
  server.keepAliveTimeout = 0
  return { ...(yield* Server.listen(server)), state }
})

const get = (port: number) => Effect.flatMap(HttpClient.get(`http://127.0.0.1:${port}/`), (response) => response.text)

/** Undici leaves a connection alone for one turn of the event loop; who cannot wait for that gets a second one. */
const turn = Effect.promise(() => setImmediate())

/** A token, and then one call after the other. */
const calls = (pause: Effect.Effect<void>) =>
  Effect.gen(function* () {
    yield* TokenManager.use(({ token }) => token)
    for (let i = 0; i < 20; i++) {
      yield* pause
      assert.isTrue(Option.isSome(yield* Company.findUser))
    }
  })

describe("connections", () => {
  for (const [name, pause, count] of [
    ["one after the other share one", turn, 1],
    ["without a turn of the event loop in between share two", Effect.void, 2]
  ] as const) {
    it.live(`calls ${name}, with the token's exchange`, () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const server = yield* Server.make({ routes: { "/": `${url}/` } })
        const gateway = `http://127.0.0.1:${server.port}`
        const env = { ...(yield* Company.client), GENESYS_CLOUD_LOGIN_URL: gateway, GENESYS_CLOUD_API_URL: gateway }
        yield* Effect.provide(calls(pause), Company.layer(env))
        assert.isAtMost(server.seen.connections, count)
      }).pipe(Effect.provide(Simulator.layer()))
    )
  }

  it.live("through a proxy share one tunnel for each host", () =>
    Effect.gen(function* () {
      const { ca, env, proxy, server } = yield* Company.make()
      yield* Effect.provide(calls(turn), Company.layer({ ...env, ...ca }))
      assert.lengthOf(proxy.asked, 2)
      assert.strictEqual(server.seen.connections, 2)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.live("calls at once have one each, but no more than 128", () =>
    Effect.gen(function* () {
      const server = yield* slow(128)
      yield* Effect.all(
        Array.from({ length: 384 }, () => get(server.port)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(server.state, { mostHeld: 128, requests: 384 })
      assert.strictEqual(server.seen.connections, 128)
    }).pipe(Effect.provide(Transport.layer))
  )

  // In real time: undici has a clock of its own. It would close an idle one after 4 s.
  it.live("an idle one is kept for longer than undici would by itself", () =>
    Effect.gen(function* () {
      const server = yield* slow(1)
      yield* get(server.port)
      yield* Effect.sleep("6 seconds")
      yield* get(server.port)
      assert.strictEqual(server.seen.connections, 1)
    }).pipe(Effect.provide(Transport.layer))
  )

  it.live("are closed with the layer", () =>
    Effect.gen(function* () {
      const server = yield* slow(1)
      yield* Effect.provide(get(server.port), Transport.layer)
      yield* Effect.repeat(Effect.delay(Effect.sync(server.openConnections), "5 millis"), {
        until: (open) => open === 0
      }).pipe(Effect.timeout("5 seconds"))
    })
  )
})
