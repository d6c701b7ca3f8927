/** Folders of a test, and what somebody else may have put there before a program writes. */
import { assert } from "@effect/vitest"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const secret = "precious\n"

export const folder = () => Fs.mkdtempSync(join(tmpdir(), "genesys-file-"))

export const rows = (file: string) => Fs.readFileSync(file, "utf8")
export const modeOf = (path: string) => Fs.lstatSync(path).mode & 0o777

/** Makes it larger than a text can be, of nothing. */
export const sparse = (file: string) => {
  Fs.appendFileSync(file, "")
  Fs.truncateSync(file, 800 * 1024 * 1024)
}

/** A file of somebody that no export may touch. */
export const victim = (file: string) => {
  const path = `${file}.victim`
  Fs.writeFileSync(path, secret)
  Fs.chmodSync(path, 0o640)
  Fs.utimesSync(path, 1, 1)
  return {
    path,
    isUntouched: () => {
      const { mode, mtimeMs } = Fs.statSync(path)
      assert.deepStrictEqual([rows(path), mode & 0o777, mtimeMs], [secret, 0o640, 1000])
    }
  }
}

/** A path with `..` after a link: the system finds another file there than its text tells. */
export const behindLink = () => {
  const [directory, elsewhere] = [folder(), folder()]
  Fs.mkdirSync(join(elsewhere, "below"))
  Fs.symlinkSync(join(elsewhere, "below"), join(directory, "data"))
  return { elsewhere, given: `${directory}/data/../out`, here: join(directory, "out") }
}
