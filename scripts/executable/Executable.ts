/**
 * `genesys` as one file that holds Node, for those who have none: a single executable application of Node. Made of the sources, for the
 * system that makes it, with the Node that makes it.
 */
import { inject } from "postject"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { rolldown, type RolldownOptions } from "rolldown"
import { notices } from "../Notices.ts"
import { root } from "../Workspaces.ts"
import { alone } from "./Alone.ts"

/** Where Node looks for what was put into it. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"
const isMac = process.platform === "darwin"

/** @param file all that runs, which names nothing but what is Node's own; @param legal the licences of what is in it */
export const bundle = async (file: string, legal: string): Promise<void> => {
  const { options }: { readonly options: RolldownOptions } = await import(join(root, "rolldown.base.js"))
  const made = await rolldown({
    ...options,
    cwd: root,
    input: join(import.meta.dirname, "main.ts"),
    external: [],
    plugins: [alone(), notices(legal)],
    logLevel: "silent"
  })
  await made.write({ file, format: "cjs", minify: true, codeSplitting: false })
  await made.close()
}

/** Its signature no longer holds once something is put into it, and macOS runs nothing that is not signed. */
const sign = (file: string, ...args: ReadonlyArray<string>) => {
  if (isMac) execFileSync("codesign", [...args, file], { stdio: "inherit" })
}

/** The licence of Node, which goes wherever Node goes; what installs Node as it is released has it in its folder. */
const nodeLicence = () =>
  [join(dirname(dirname(process.execPath)), "LICENSE"), join(dirname(process.execPath), "LICENSE")].find(existsSync)

export interface Made {
  readonly file: string
  /** Whether the licence of Node lies beside it. Without it, nobody may pass it on. */
  readonly mayBePassedOn: boolean
}

/** @param folder an empty one, or one that is not there; a manual page and licences are put beside the file */
export const make = async (folder: string): Promise<Made> => {
  const work = mkdtempSync(join(tmpdir(), "genesys-executable-"))
  try {
    mkdirSync(folder, { recursive: true })
    const [main, config, blob] = [join(work, "main.cjs"), join(work, "sea.json"), join(work, "sea.blob")]
    await bundle(main, join(folder, "THIRD-PARTY-NOTICES.txt"))
    writeFileSync(
      config,
      JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true })
    )
    execFileSync(process.execPath, ["--experimental-sea-config", config], { stdio: ["ignore", "ignore", "inherit"] })
    const file = join(folder, process.platform === "win32" ? "genesys.exe" : "genesys")
    copyFileSync(process.execPath, file)
    chmodSync(file, 0o755)
    sign(file, "--remove-signature")
    await inject(file, "NODE_SEA_BLOB", readFileSync(blob), {
      sentinelFuse: fuse,
      ...(isMac ? { machoSegmentName: "NODE_SEA" } : {})
    })
    sign(file, "--sign", "-")
    copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"))
    copyFileSync(join(root, "apps/cli/dist/man/genesys.1"), join(folder, "genesys.1"))
    const licence = nodeLicence()
    if (licence !== undefined) copyFileSync(licence, join(folder, "LICENSE-NODE"))
    return { file, mayBePassedOn: licence !== undefined }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
