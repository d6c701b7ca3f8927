/** Which files are believed, and what is said of the others before they are read. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import { execFileSync } from "node:child_process"
import { chownSync, lchownSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as OwnFile from "../src/OwnFile.ts"
import { directory, file, folder, givenAway, isRoot, run, stranger } from "./support.ts"

const text = (path: string) => run(OwnFile.readText(path))
const why = (path: string) => Effect.map(Effect.flip(text(path)), ({ message, reason }) => [reason, message] as const)

const believed: ReadonlyArray<readonly [string, () => string]> = [
  ["of this user", () => file(folder(), "a", "text")],
  ["that others may read", () => file(folder(), "a", "text", 0o644)],
  ["behind a link of this user", () => link(file(folder(), "a", "text"))],
  [
    "that an orchestrator has mounted: links into a folder beside it",
    () => {
      const mount = folder()
      file(directory(mount, "..2026_11"), "a", "text", 0o644)
      symlinkSync("..2026_11", join(mount, "..data"))
      symlinkSync(join("..data", "a"), join(mount, "a"))
      return join(mount, "a")
    }
  ]
]

const link = (target: string) => {
  const path = join(folder(), "link")
  symlinkSync(target, path)
  return path
}

const refused: ReadonlyArray<readonly [string, RegExp, () => string]> = [
  ["that others may write", /can be changed by other users.*chmod go-w/, () => file(folder(), "a", "text", 0o602)],
  [
    "in a folder that others may write to",
    /is in the folder .*shared, .*can be changed by other users.*chmod go-w \S+shared$/,
    () => file(directory(folder(), "shared", 0o777), "a", "text")
  ],
  [
    "below a folder that others may write to",
    /can be changed by other users/,
    () => file(directory(directory(folder(), "shared", 0o757), "mine"), "a", "text")
  ],
  [
    "behind a link in a folder that others may write to",
    /can be changed by other users/,
    () => {
      const path = join(directory(folder(), "shared", 0o777), "link")
      symlinkSync(file(folder(), "a", "text"), path)
      return path
    }
  ],
  ["that is a folder", /is a folder, where a plain file is expected/, folder],
  ["that is a device, behind a link", /is a device/, () => link("/dev/zero")],
  [
    "that is a pipe, which would never end",
    /is a pipe/,
    () => {
      const path = join(folder(), "pipe")
      execFileSync("mkfifo", [path])
      return path
    }
  ],
  ["that is too large", /is larger than 64 KiB/, () => file(folder(), "a", "x".repeat(65_537))],
  [
    "behind links in a circle",
    /too many links/,
    () => {
      const path = join(folder(), "link")
      symlinkSync(path, path)
      return path
    }
  ]
]

const ofOthers: ReadonlyArray<readonly [string, RegExp, () => string]> = [
  [
    "that is another user's",
    /belongs to another user.*cp \S+ \S+\.mine && mv /,
    () => givenAway(file(folder(), "a", "text"))
  ],
  [
    "in a folder of another user",
    /is in the folder .*theirs, .*belongs to another user/,
    () => {
      const theirs = directory(folder(), "theirs", 0o755)
      const path = file(theirs, "a", "text")
      givenAway(theirs)
      return path
    }
  ],
  [
    "behind a link that another user has made, even if the file is ours",
    /belongs to another user/,
    () => {
      const open = directory(folder(), "sticky", 0o1777)
      const path = join(open, "link")
      symlinkSync(file(folder(), "a", "text"), path)
      lchownSync(path, stranger, stranger)
      return path
    }
  ],
  [
    "that a group may write",
    /can be changed by other users/,
    () => {
      const path = file(folder(), "a", "text", 0o660)
      chownSync(path, 0, stranger)
      return path
    }
  ]
]

describe("OwnFile", () => {
  for (const [what, make] of believed) {
    it.effect(`reads a file ${what}`, () => Effect.map(text(make()), (found) => assert.strictEqual(found, "text")))
  }

  for (const [what, message, make] of refused) {
    it.effect(`refuses a file ${what}`, () =>
      Effect.map(why(make()), ([reason, found]) => {
        assert.strictEqual(reason, "Refused")
        assert.match(found, message)
      })
    )
  }

  for (const [what, message, make] of ofOthers) {
    it.effect.skipIf(!isRoot)(`refuses a file ${what}`, () =>
      Effect.map(why(make()), ([reason, found]) => {
        assert.strictEqual(reason, "Refused")
        assert.match(found, message)
      })
    )
  }

  it.effect.skipIf(!isRoot)("believes what is ours in a folder where each moves only what is theirs", () =>
    Effect.map(text(file(directory(folder(), "sticky", 0o1777), "a", "text")), (found) =>
      assert.strictEqual(found, "text")
    )
  )

  it.effect("says that there is none, also where a folder is missing", () =>
    Effect.gen(function* () {
      const open = directory(folder(), "shared", 0o777)
      for (const path of [join(folder(), "a"), join(folder(), "no", "a"), join(open, "a")]) {
        assert.deepStrictEqual(yield* why(path), ["Missing", `${path} does not exist`])
      }
    })
  )

  // Volumes of an orchestrator are open to all by their mode, and mounted so that nobody can write.
  it.effect("believes a file in a folder that is open to all on a read-only mount", () => {
    const path = file(directory(folder(), "volume", 0o777), "a", "text")
    const readOnly = Layer.effect(
      FileSystem.FileSystem,
      FileSystem.FileSystem.use((fs) =>
        Effect.succeed({
          ...fs,
          access: (at: string) =>
            Effect.fail(
              PlatformError.systemError({
                _tag: "Unknown",
                module: "FileSystem",
                method: "access",
                pathOrDescriptor: at,
                cause: Object.assign(new Error("read-only file system"), { code: "EROFS" })
              })
            )
        })
      )
    ).pipe(Layer.provideMerge(NodeServices.layer))
    return Effect.map(Effect.provide(OwnFile.readText(path), readOnly), (found) => assert.strictEqual(found, "text"))
  })

  it.effect("a line that mends it does", () =>
    Effect.gen(function* () {
      const path = file(folder(), "it's here", "text", 0o666)
      const [, message] = yield* why(path)
      execFileSync("sh", ["-c", message.slice(message.indexOf("chmod"))])
      assert.strictEqual(yield* text(path), "text")
    })
  )
})
