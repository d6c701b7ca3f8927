/** What a program that we run is given of our environment: no secret, unless somebody has named it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as ChildEnvironment from "../src/ChildEnvironment.ts"
import * as Rules from "../src/Settings.ts"

const make = (environment: Record<string, string>, options: ChildEnvironment.Options) => {
  const warnings: Array<string> = []
  const logger = Logger.layer([Logger.make(({ message }) => void warnings.push(String(message)))])
  return Effect.map(
    Effect.provide(ChildEnvironment.make(environment, { ...options, nameIt: "with --env" }), logger),
    (given) => ({
      given,
      warnings: warnings.join("\n")
    })
  )
}

const useful = {
  PATH: "/bin",
  HOME: "/home/me",
  LANG: "C",
  LC_ALL: "C",
  LC_IDENTIFICATION: "C",
  TZ: "UTC",
  NO_PROXY: "*",
  HTTPS_PROXY: "http://p"
}

describe("ChildEnvironment", () => {
  it.effect("hands on what programs need, and none of the settings that are secrets or anybody else's", () =>
    Effect.gen(function* () {
      const secrets = Rules.rules.filter(({ secret, names }) => secret && names !== "a proxy").flatMap(Rules.namesOf)
      const others = [
        "DATABASE_URL",
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "NPM_TOKEN",
        "NODE_OPTIONS",
        "LD_PRELOAD",
        "LC_TOKEN",
        "LC_"
      ]
      const more = Object.fromEntries([...secrets, ...others].map((name) => [name, "canary"]))
      assert.isAbove(secrets.length, 5)
      const { given, warnings } = yield* make({ ...useful, ...more }, { named: [] })
      assert.deepStrictEqual(given, useful)
      assert.strictEqual(warnings, "")
    })
  )

  it.effect("leaves out a proxy whose URL may hold a secret, and says so without it", () =>
    Effect.gen(function* () {
      for (const value of [
        "http://user:canary@proxy:3128",
        "user:canary@proxy:3128",
        "http://canary@proxy:3128",
        "canary@proxy",
        "socks5://canary@proxy:1080",
        "http://:canary@proxy",
        "http:/canary@proxy",
        "http://proxy:3128/?token=canary",
        "http://proxy#canary",
        "http://canary proxy",
        "user:canary",
        "http://[canary"
      ]) {
        for (const name of ["HTTPS_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
          const environment = { PATH: "/bin", [name]: value }
          const { given, warnings } = yield* make(environment, {})
          assert.deepStrictEqual(given, { PATH: "/bin" }, value)
          assert.notInclude(warnings, "canary")
          assert.match(warnings, new RegExp(`^${name} may hold .*not handed on.*--env`))
          assert.deepStrictEqual(yield* make(environment, { named: [name] }), { given: environment, warnings: "" })
        }
      }
      const harmless = {
        HTTPS_PROXY: "proxy:3128",
        https_proxy: "http://[::1]:1/",
        HTTP_PROXY: "",
        NO_PROXY: "*,::1,.a"
      }
      assert.deepStrictEqual(yield* make(harmless, {}), { given: harmless, warnings: "" })
    })
  )

  it("names what is named but not there, and no beginning", () => {
    const named = ["DATABASE_URL", "NOPE", "NOPE_*", "*", "SECRET", "EMPTY", "UNSET"]
    const environment = { DATABASE_URL: "1", SECRET: "2", EMPTY: "", UNSET: undefined }
    assert.deepStrictEqual(ChildEnvironment.missing(environment, { named, hidden: ["SECRET"] }), [
      "NOPE",
      "SECRET",
      "UNSET"
    ])
    assert.deepStrictEqual(ChildEnvironment.missing(environment, {}), [])
  })

  it.effect("hands on what is named, by whole names and by beginnings, but never what is hidden", () =>
    Effect.gen(function* () {
      const environment = { DATABASE_URL: "1", AWS_A: "2", AWS_B: "3", AWSX: "4", SECRET: "5" }
      const named = (...names: ReadonlyArray<string>) =>
        Effect.map(make(environment, { named: names, hidden: ["SECRET"] }), ({ given }) => Object.keys(given))
      assert.deepStrictEqual(yield* named("DATABASE_URL", "SECRET"), ["DATABASE_URL"])
      assert.deepStrictEqual(yield* named("AWS_*"), ["AWS_A", "AWS_B"])
      assert.deepStrictEqual(yield* named("*"), ["DATABASE_URL", "AWS_A", "AWS_B", "AWSX"])
      assert.deepStrictEqual(yield* named("DATABASE"), [])
    })
  )

  it("takes names and their beginnings, and nothing else", () => {
    for (const text of ["A", "a_1", "AWS_*", "*"]) assert.isTrue(ChildEnvironment.isPattern(text), text)
    for (const text of ["", "1A", "A=B", "*A", "A*B", "A-B", "A "])
      assert.isFalse(ChildEnvironment.isPattern(text), text)
  })
})
