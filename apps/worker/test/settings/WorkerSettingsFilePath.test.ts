/** Where the settings are said to be, and what is there. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as WorkerSettingsFile from "../../src/settings/WorkerSettingsFile.ts"

const folder = () => mkdtempSync(join(tmpdir(), "settings-"))
const good = "jobs: [{ name: a, kind: watch, every: 1h }]\n"

/** What a path may lead to that is no settings file. Nothing of it is read, and nobody waits for it. */
const unusual: ReadonlyArray<readonly [string, (path: string) => void, RegExp]> = [
  ["nothing", () => {}, /: it does not exist\. It must be a file in YAML or JSON\.$/],
  ["a directory", (path) => mkdirSync(path), /: it is a folder, where a plain file is expected\./],
  ["a pipe", (path) => execFileSync("mkfifo", [path]), /: it is a pipe,/],
  [
    "a link to a pipe",
    (path) => (execFileSync("mkfifo", [`${path}-pipe`]), symlinkSync(`${path}-pipe`, path)),
    /: it is a pipe,/
  ],
  ["a device that never ends", (path) => symlinkSync("/dev/zero", path), /: it is a device,/],
  ["a terminal", (path) => symlinkSync("/dev/tty", path), /: it is a device,/],
  ["a link to itself", (path) => symlinkSync(path, path), /: it is behind too many links\./],
  [
    "a file that is too large",
    (path) => writeFileSync(path, good.padEnd(1024 * 1024 + 1, "#")),
    /: it is larger than 1024 KiB\./
  ],
  [
    "a file with holes",
    (path) => (writeFileSync(path, ""), truncateSync(path, 1e12)),
    /: it is larger than 1024 KiB\./
  ],
  [
    "a file of the kernel",
    (path) => symlinkSync("/proc/self/mem", path),
    /^The settings file [^ ]+ cannot be used: it /
  ],
  [
    "a file of bytes",
    (path) => writeFileSync(path, Buffer.from([0xff, 0x41, 0x42])),
    /: it is not text in UTF-8\. Save it as UTF-8\./
  ],
  [
    "a file in UTF-16",
    (path) => writeFileSync(path, Buffer.from("jobs: []\r\n", "utf16le")),
    /: it is text in UTF-16, as > of PowerShell writes it\. Save it as UTF-8\./
  ]
]

describe.skipIf(process.platform === "win32")("the path of a settings file", () => {
  it.live.each(unusual)("that leads to %s is refused", ([, make, message]) =>
    Effect.gen(function* () {
      const path = join(folder(), "worker.yaml")
      make(path)
      const error = yield* Effect.flip(WorkerSettingsFile.read(path))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.strictEqual(error.setting, "GENESYS_WORKER_FILE")
      assert.match(error.message, message)
      assert.include(error.message, path)
    }).pipe(Effect.timeout("30 seconds"), Effect.provide(NodeServices.layer))
  )

  it.live("may be a link, as that of a mounted volume, and the file may be as large as it is allowed to be", () =>
    Effect.gen(function* () {
      const path = join(folder(), "worker.yaml")
      writeFileSync(`${path}-data`, good.padEnd(1024 * 1024, "#"))
      symlinkSync(`${path}-data`, path)
      assert.lengthOf((yield* WorkerSettingsFile.read(path)).jobs, 1)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
