/** The workspaces of a checkout, as its `package.json` names them. */
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export interface Workspace {
  readonly directory: string
  readonly manifest: Manifest
}

export const root: string = dirname(import.meta.dirname)

export const workspaces = (checkout: string = root): ReadonlyArray<Workspace> => {
  const manifest: { readonly workspaces: ReadonlyArray<string> } = JSON.parse(
    readFileSync(join(checkout, "package.json"), "utf8")
  )
  return manifest.workspaces
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: checkout }))
    .toSorted()
    .map((file) => ({
      directory: join(checkout, dirname(file)),
      manifest: JSON.parse(readFileSync(join(checkout, file), "utf8"))
    }))
}

/** The one that npm runs a script of. */
export const here = (): Workspace => {
  const found = workspaces().find(({ directory }) => directory === process.cwd())
  if (found === undefined) throw new Error(`${process.cwd()} is no workspace of ${root}.`)
  return found
}

/** Whatever is not marked `private` may be published. */
export const published = (checkout: string = root): ReadonlyArray<Workspace> =>
  workspaces(checkout).filter(({ manifest }) => manifest.private !== true)
