/** One folder for whatever a run of the tests puts into the system's folder of temporary files; it goes when the run ends. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const setup = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-tests-"))
  // As the system's own: every user may put files there, and take away none but theirs.
  chmodSync(folder, 0o1777)
  process.env["TMPDIR"] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

export default setup
