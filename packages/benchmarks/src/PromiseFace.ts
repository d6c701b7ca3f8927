/**
 * What the token manager costs whoever has no Effect, beside a memoised promise: a token that is held, and 10,000 callers that come
 * before there is one. Both ask the same login host, a `fetch` in memory.
 */
import { createTokenManager } from "@effect-genesys/auth"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { callers, printHerd } from "./Herd.ts"
import * as Login from "./Login.ts"
import * as Measure from "./Measure.ts"
import { memoise } from "./MemoisedPromise.ts"

const reads = 50_000
interface Host {
  readonly fetch: typeof globalThis.fetch
  readonly requests: () => number
}

const hostOf = (delay: Duration.Duration): Host => {
  let requests = 0
  return {
    requests: () => requests,
    fetch: async () => {
      const token = `token-${++requests}`
      await new Promise((done) => setTimeout(done, Duration.toMillis(delay)))
      return Response.json({ access_token: token, expires_in: Duration.toSeconds(Login.life) })
    }
  }
}

const decode = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.String, expires_in: Schema.Number }))

const handWritten = (host: Host) => {
  const read = memoise(async () => {
    const answer = await host.fetch("https://login.example/oauth/token")
    const { access_token, expires_in } = decode(await answer.json())
    return { token: access_token, expiresAt: Date.now() + expires_in * 1_000 }
  })
  return { getToken: read, close: () => Promise.resolve() }
}

const manager = ({ fetch }: Host) => createTokenManager({ clientId: "benchmark", clientSecret: "none", fetch })

/** Each of them is that of a program: it asks, and waits. */
interface Asked {
  readonly getToken: () => Promise<unknown>
  readonly close: () => Promise<void>
}

const held = Effect.fnUntraced(function* (make: (host: Host) => Asked) {
  const { close, getToken } = make(hostOf(Duration.zero))
  yield* Effect.promise(getToken)
  yield* Effect.addFinalizer(() => Effect.promise(close))
  // Of the processor, since the loop never waits: what else the machine does counts less.
  return Effect.promise(async () => {
    const before = process.cpuUsage()
    // oxlint-disable-next-line no-await-in-loop -- that is what is measured
    for (let n = 0; n < reads; n++) await getToken()
    const { system, user } = process.cpuUsage(before)
    return ((user + system) * 1_000) / reads
  })
})

const cold = (make: (host: Host) => Asked, counts: Set<number>) =>
  Effect.promise(async () => {
    const host = hostOf(Login.delay)
    const { close, getToken } = make(host)
    const caller = async () => {
      await getToken()
    }
    const start = performance.now()
    await Promise.all(Array.from({ length: callers }, caller))
    const took = performance.now() - start
    counts.add(host.requests())
    await close()
    return took
  })

export const promise = Effect.scoped(
  Effect.gen(function* () {
    const target = { ratio: 1.5 }
    const warm = yield* Measure.rounds(
      [
        { name: "memoised promise", run: yield* held(handWritten) },
        { name: "createTokenManager", target, run: yield* held(manager) }
      ],
      { warmUp: 12, rounds: 101 }
    )
    yield* Measure.print(
      `promise: a token that is held, awaited ${reads.toLocaleString("en")} times in a row`,
      warm,
      "ns of processor",
      [
        "A read looks at two clocks, since wall clocks are set back and monotonic ones stand still while a machine sleeps: the memo",
        "looks at one. The second look is most of what there is between them, and the aim is as near as that allows."
      ]
    )

    const counts = new Set<number>()
    const herd = yield* Measure.rounds(
      [
        { name: "memoised promise", run: cold(handWritten, new Set()) },
        { name: "createTokenManager", target, run: cold(manager, counts) }
      ],
      { warmUp: 3, rounds: 21 }
    )
    yield* printHerd("promise", herd, counts)
  })
)
