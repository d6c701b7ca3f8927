/** The file that says which of many calls are done, where somebody else was first. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { join } from "node:path"
import * as Bulk from "../../src/sdk/Bulk.ts"
import { behindLink, folder, modeOf, rows, sparse, victim } from "../support/Places.ts"

const identity = "rows of a test"

describe("the file of what is done", () => {
  const run = (state: string, count = 1) =>
    Stream.runCollect(
      Bulk.run({
        items: Array.from({ length: count }, (_, index) => ({ name: `${index}`, value: index, key: `key-${index}` })),
        call: () => Effect.succeed("done"),
        concurrency: count,
        state,
        identity,
        isFatal: () => false
      })
    ).pipe(Effect.provide(NodeServices.layer))

  it.live("is made for this user alone, whatever the umask, and is read again", () =>
    Effect.gen(function* () {
      const state = join(folder(), "searches.done")
      assert.lengthOf(yield* run(state), 1)
      assert.strictEqual(modeOf(state), 0o600)
      assert.lengthOf(yield* run(state), 0)
      assert.lengthOf(rows(state).trim().split("\n"), 1)
    })
  )

  it.live("has a line for each of many that succeed at the same moment", () =>
    Effect.gen(function* () {
      const state = join(folder(), "searches.done")
      assert.lengthOf(yield* run(state, 200), 200)
      assert.strictEqual(new Set(rows(state).trim().split("\n")).size, 200)
      assert.lengthOf(yield* run(state, 200), 0)
    })
  )

  it.live("is not read into memory if it is none", () =>
    Effect.gen(function* () {
      const state = join(folder(), "searches.done")
      sparse(state)
      const error = yield* Effect.flip(run(state))
      assert.match(error.message, /--done.*searches\.done has a line that no call has written\. Move it away/)
    })
  )

  it.live("ends where it was checked, not behind a link and `..`", () =>
    Effect.gen(function* () {
      const { elsewhere, given, here } = behindLink()
      assert.lengthOf(yield* run(given), 1)
      assert.lengthOf(yield* run(given), 0)
      assert.deepStrictEqual(Fs.readdirSync(elsewhere), ["below"])
      assert.isTrue(Fs.existsSync(here))
    })
  )

  it.live("is not believed in a folder that others can write", () =>
    Effect.gen(function* () {
      const directory = folder()
      const state = join(directory, "searches.done")
      yield* run(state)
      Fs.chmodSync(directory, 0o777)
      const error = yield* Effect.flip(run(state))
      assert.match(error.message, /--done.* can be changed by other users\. .*: chmod go-w \S+$/)
    })
  )

  for (const [name, plant] of [
    ["a symbolic link", Fs.symlinkSync],
    ["a hard link", Fs.linkSync],
    ["a link to nowhere", (target: string, path: string) => Fs.symlinkSync(`${target}.new`, path)]
  ] as const) {
    it.live(`is not ${name}: nothing is called, nothing is written`, () =>
      Effect.gen(function* () {
        const state = join(folder(), "searches.done")
        const { isUntouched, path } = victim(state)
        plant(path, state)
        const error = yield* Effect.flip(run(state))
        assert.match(error.message, /--done.*searches\.done (is a symbolic|has another name)/)
        isUntouched()
        assert.isFalse(Fs.existsSync(`${path}.new`))
      })
    )
  }
})
