/** What the doctor says of a host's name, which no test machine can be trusted to look up. */
import { Proxies } from "@effect-genesys/client/Proxies"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Dns from "effect/net/Dns"
import * as TestClock from "effect/testing/TestClock"
import * as Fiber from "effect/Fiber"
import * as Reach from "../../src/doctor/reach.ts"

const check = "name of the API host"
const name = (url: string) => Reach.name(check, url)
const zone = Dns.layerStatic({ hosts: { "api.example.org": ["192.0.2.1", "2001:db8::1"], six_1: ["2001:db8::2"] } })

it.effect("the first address of a name is told, and that there is none, or that nobody answers", () =>
  Effect.gen(function* () {
    const told = yield* Effect.forEach(
      ["https://api.example.org", "http://six_1:8080", "https://none.example.org"],
      name
    )
    assert.deepStrictEqual(
      told.map(({ detail, state }) => [state, detail]),
      [
        ["ok", "api.example.org is 192.0.2.1"],
        ["ok", "six_1 is 2001:db8::2"],
        [
          "failed",
          "https://none.example.org cannot be reached (NotFound: Dns.lookup (none.example.org)). Check the network and the URL."
        ]
      ]
    )
    const waiting = yield* Effect.forkChild(
      Effect.provideService(name("https://api.example.org"), Dns.Dns, Dns.make({ lookup: () => Effect.never }))
    )
    yield* TestClock.adjust("10 seconds")
    assert.match((yield* Fiber.join(waiting)).detail, /^https:\/\/api\.example\.org did not answer within 10s\./)
  }).pipe(Effect.provide([Layer.orDie(zone), Proxies.layerNone]))
)
