/** Each error that a command can end with says what to type next, in a terminal. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Remedies from "../../src/remedies/Remedies.ts"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** Each is dealt with before anybody is told: within a package, or by the one command that knows it. */
const inner = new Set([
  "FollowedError",
  "NoResponse",
  "ProxyError",
  "TooLongError",
  "Stopped",
  "BrokenOff",
  "ChildExit",
  "CommandError"
])

const tags = ["apps/cli", "packages/{auth,client,core,export,program,sdk,simulator}"]
  .flatMap((place) => globSync(`${place}/src/**/*.ts`, { cwd: root }))
  .filter((file) => !file.includes("/internal/"))
  .flatMap((file) =>
    Array.from(
      readFileSync(root + file, "utf8").matchAll(/TaggedError<\w+>\([^)]*\)\(\s*"(\w+)"/g),
      ([, tag = ""]) => tag
    )
  )

describe("remedies", () => {
  it("there is one for each class of errors", () => {
    assert.isAbove(new Set(tags).size, 25)
    const without = [...new Set(tags)].filter((tag) => !inner.has(tag) && !Object.hasOwn(Remedies.byTag, tag))
    assert.deepStrictEqual(without, [])
    for (const tag of tags.filter((one) => !inner.has(one))) {
      assert.match(Remedies.of({ _tag: tag, message: "It failed." }) ?? "", /genesys|same command|npm install/, tag)
    }
  })

  it("what names a command itself needs no other, and what is no failure has none", () => {
    assert.isUndefined(Remedies.of({ _tag: "UsageError", message: "Do it with genesys login." }))
    assert.isUndefined(Remedies.of({ _tag: "toString", message: "a" }))
    assert.isUndefined(Remedies.of(undefined))
  })

  it.live("a terminal shows it below the error; scripts get the one line", () =>
    Effect.gen(function* () {
      const { env } = Person.make()
      const wrong = ["api", "GET"]
      const shown = yield* Programs.inTerminal(["users", "list", "--jq", "."], {
        ...env,
        GENESYS_CLOUD_REGION: "mars",
        GENESYS_CLOUD_CLIENT_ID: "a",
        GENESYS_CLOUD_CLIENT_SECRET: "b"
      })
      assert.match(shown.output, /^genesys: GENESYS_CLOUD_REGION [^\n]*\nNext: genesys status, which/m)
      const piped = yield* Programs.run("genesys", wrong, { env })
      assert.lengthOf(piped.stderr.trimEnd().split("\n"), 1)
    })
  )
})
