/** Who can read what an NDJSON sink makes, whatever the umask. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { join } from "node:path"
import type { Access } from "../src/Access.ts"
import { modeOf, modes, open, place, test, write, written } from "./Copies.ts"

/** Runs with that umask, which is the process's. */
const under = <A, E, R>(umask: number, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.umask(umask)),
    () => effect,
    (before) => Effect.sync(() => process.umask(before))
  )

describe("who can read what is written", () => {
  /** Each name of the folder while the sink is open, after two writes: there is a checkpoint before the last one then. */
  const made = (directory: string, access?: Access) =>
    Effect.andThen(
      Effect.andThen(write("a"), write("b")),
      Effect.sync(() => modes(directory))
    ).pipe(Effect.provide(open(directory, access)))

  for (const umask of [0, 0o022, 0o077]) {
    test(
      `nobody else, with a umask of 0${umask.toString(8)}`,
      Effect.gen(function* () {
        const { directory, parent } = yield* place
        const found = yield* under(umask, made(join(directory, "deep")))
        assert.deepStrictEqual(found, {
          "": "0700",
          ".work": "0700",
          "checkpoint.json": "0600",
          "checkpoint.previous.json": "0600",
          conversations: "0700",
          "conversations/2026-11-01.ndjson": "0600",
          "exporter.lock": "0600",
          users: "0700"
        })
        // The folder above was made, too.
        assert.strictEqual(modeOf(join(parent, "copy")), "0700")
      })
    )
    for (const [access, file, folder] of [
      ["group", "0640", "0750"],
      ["everyone", "0644", "0755"]
    ] as const) {
      test(
        `${access}, if it is said, with a umask of 0${umask.toString(8)}`,
        Effect.gen(function* () {
          const { directory } = yield* place
          assert.deepStrictEqual(yield* under(umask, made(directory, access)), {
            "": folder,
            ".work": folder,
            "checkpoint.json": file,
            "checkpoint.previous.json": file,
            conversations: folder,
            "conversations/2026-11-01.ndjson": file,
            "exporter.lock": file,
            users: folder
          })
        })
      )
    }
  }

  for (const [before, after] of [
    ["owner", "group"],
    ["owner", "everyone"],
    ["everyone", "owner"],
    ["group", "owner"]
  ] as const) {
    test(
      `is the same for all of an export: ${after} after ${before} is refused with the line that changes what is there`,
      Effect.gen(function* () {
        const { parent } = yield* place
        const directory = join(parent, "it's a copy")
        yield* written(directory, "a", before)
        const was = modes(directory)
        const error = yield* Effect.flip(written(directory, "b", after))
        assert.include(error.message, `were made with access ${before}, and new ones would have access ${after}.`)
        assert.deepStrictEqual(modes(directory), was)
        yield* written(directory, "b", before)
        execFileSync("sh", ["-c", error.message.slice(error.message.indexOf("chmod -R"))])
        yield* written(directory, "c", after)
        const other = join(parent, "other")
        yield* written(other, "a", after)
        yield* written(other, "b", after)
        assert.deepStrictEqual(modes(directory), modes(other))
      })
    )
  }

  test(
    "a folder that was there keeps its mode, and gives its group to what is made in it",
    Effect.gen(function* () {
      const { directory } = yield* place
      Fs.mkdirSync(directory)
      Fs.chmodSync(directory, 0o2751)
      const found = yield* made(directory, "group")
      assert.deepInclude(found, { "": "02751", conversations: "02750", "conversations/2026-11-01.ndjson": "0640" })
    })
  )
})
