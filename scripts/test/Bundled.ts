/**
 * The programs that tests start from the sources: each with all that it imports in a few files, made once in a run of the tests, since
 * reading hundreds of modules is most of a start. `PROVE=1`: each is started as it is written.
 */
import { existsSync, globSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { rolldown, type RolldownOptions } from "rolldown"
import { root } from "../Workspaces.ts"
import * as OncePerRun from "./OncePerRun.ts"

const isProof = process.env["PROVE"] !== undefined

const programs = () =>
  globSync(["examples/*.ts", "packages/*/test/programs/*.ts"], { cwd: root, exclude: ["**/*.test.ts"] })

const stem = (file: string) => file.replace(/\.ts$/, "")

const make = async (folder: string) => {
  const { options }: { readonly options: RolldownOptions } = await import(join(root, "rolldown.base.js"))
  const input = Object.fromEntries(programs().map((file) => [stem(file), file]))
  const bundle = await rolldown({ ...options, cwd: root, input, logLevel: "silent" })
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" })
  await bundle.close()
  // For what is not bundled, such as the official SDK.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
}

let made: Promise<string> | undefined

/** What `node` is given to run a program of `examples`, or of `programs` beside the tests of a package. @param file its whole path */
export const program = async (file: string): Promise<ReadonlyArray<string>> => {
  if (isProof) return ["--conditions=@effect-genesys/source", file]
  const bundled = join(await (made ??= OncePerRun.made("programs", make)), `${stem(relative(root, file))}.mjs`)
  if (!existsSync(bundled)) throw new Error(`${file} is not among the programs that are bundled for tests.`)
  return [bundled]
}

/** What a program has compiled, no other must. What lies in the folder of the run goes with it. */
export const compiled = (): string =>
  isProof ? join(root, "node_modules/.cache/compiled") : join(tmpdir(), "programs-compiled")
