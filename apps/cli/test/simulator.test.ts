import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Process from "../../worker/test/support/Process.ts"

const timeout = 60_000

/** The `export` lines of the output, as a shell that they are pasted into would have them. */
const exported = (text: string): Process.Env =>
  Object.fromEntries([...text.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name!, value!]))

describe("genesys simulator", () => {
  it.live(
    "prints lines that make genesys token work when they are pasted",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Process.start("genesys", ["simulator", "--token-lifetime", "600"])
        const { stdout } = yield* simulator.until(/CLIENT_SECRET=\S+\n/)
        const token = yield* Process.run("genesys", ["token", "--json"], { env: exported(stdout) })
        assert.strictEqual(token.code, 0)
        assert.match(token.stdout, /"secondsLeft":(?:600|59\d)/)
        yield* simulator.signal("SIGINT")
        assert.strictEqual((yield* simulator.ended).code, 130)
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "exits with 2 and names the port when it is in use",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const { port } = new URL(url)
        const { code, stderr } = yield* Process.run("genesys", ["simulator", "--port", port])
        assert.strictEqual(code, 2)
        assert.match(stderr, new RegExp(`^genesys: The port ${port} [^\n]*--port[^\n]*\n$`))
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
