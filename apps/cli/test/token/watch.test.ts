/** A token that somebody looks at. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as LifeBar from "../../src/token/LifeBar.ts"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"

describe("the life of a token", () => {
  it("is a bar: what is spent, where its renewal begins, and what is left", () => {
    const life = { issuedAt: 0, expiresAt: 100_000, renewAt: 85_000 }
    assert.strictEqual(LifeBar.draw({ ...life, now: 50_000 }, 20), "[##########-------|--]  50s left, renewed in 35s")
    assert.strictEqual(
      LifeBar.draw({ ...life, now: 90_000 }, 20),
      "[#################|--]  10s left, its renewal is due"
    )
    assert.strictEqual(LifeBar.draw({ ...life, now: 200_000 }, 20), "[#################|##]  expired")
    // Nobody knows when a stored one is renewed: not before a fifth of its life, or an hour.
    assert.strictEqual(
      LifeBar.draw({ issuedAt: 0, expiresAt: 100_000, now: 0 }, 20),
      "[----------------|---]  1m 40s left"
    )
    const day = { issuedAt: 0, expiresAt: 86_400_000, now: 43_200_000 }
    assert.strictEqual(LifeBar.draw(day, 24), "[############-----------|]  12h left")
  })
})

layer(Simulator.layer({ tokenLifetime: 300 }), { excludeTestServices: true })("genesys token --watch", (test) => {
  const env = Effect.gen(function* () {
    return { ...(yield* Settings.env), ...Person.make().env }
  })

  test.effect("draws it in a terminal, without the token", () =>
    Effect.gen(function* () {
      const { code, output } = yield* Programs.inTerminal(["token", "--watch"], yield* env, /renewed in/)
      assert.strictEqual(code, 130)
      assert.match(
        output,
        /token +\w+, ready\r?\nissued +\S+Z\r?\nrenewal +\S+Z\r?\nexpires +\S+Z\r?\nlife +\[[#|-]{40}\] {2}4m 59s left/
      )
      assert.notMatch(output, /[\w-]{80}/)
    })
  )

  test.effect("tells each change in a line of JSON for programs, and what is refused too", () =>
    Effect.gen(function* () {
      const settings = yield* env
      const until = /"state":"ready".*\n/
      const { code, stderr, stdout } = yield* Programs.run("genesys", ["token", "--watch", "--json"], {
        env: settings,
        until
      })
      assert.deepStrictEqual([code, stderr], [130, ""])
      const rows = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      const { expiresAt, fingerprint, issuedAt, lastOutcome } = rows.find(({ state }) => state === "ready")
      assert.strictEqual(Date.parse(expiresAt) - Date.parse(issuedAt), 300_000)
      assert.match(fingerprint, /^\w+$/)
      assert.strictEqual(lastOutcome.result, "issued")
      const refused = yield* Programs.run("genesys", ["token", "--watch", "--json"], {
        env: { ...settings, GENESYS_CLOUD_CLIENT_SECRET: "wrong" },
        until: /"state":"refused".*\n/
      })
      assert.include(refused.stdout, '"result":"AuthenticationError"')
    })
  )

  test.effect("is neither for a pipe without a form, nor a way to print a token", () =>
    Effect.gen(function* () {
      const settings = yield* env
      const piped = yield* Programs.run("genesys", ["token", "--watch"], { env: settings })
      assert.deepStrictEqual([piped.code, piped.stdout], [2, ""])
      assert.include(piped.stderr, "Add --json")
      const both = yield* Programs.run("genesys", ["token", "--watch", "--header", "--json"], { env: settings })
      assert.strictEqual(both.code, 2)
    })
  )
})
