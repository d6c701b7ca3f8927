/** A file with the secret of a client, which is replaced as a whole, as mounted ones are. */
import * as Effect from "effect/Effect"
import { mkdtempSync, renameSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const make = () => {
  const file = join(mkdtempSync(join(tmpdir(), "genesys-secret-")), "secret")
  const write = (secret: string) =>
    Effect.sync(() => {
      writeFileSync(`${file}.new`, secret, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    })
  return { file, write }
}
