/**
 * Every workspace that may be published, as `npm pack` makes it and as strictly installed as can be: each finds the packages
 * that it declares, and no other.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { basename, dirname, join, sep } from "node:path"
import * as OncePerRun from "./OncePerRun.ts"
import * as Tarballs from "../Tarballs.ts"
import { published, root, type Workspace } from "../Workspaces.ts"

export type Targets = string | null | Readonly<Record<string, string>>

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly bin?: Readonly<Record<string, string>>
  readonly man?: ReadonlyArray<string>
  readonly files?: ReadonlyArray<string>
  readonly sideEffects?: ReadonlyArray<string>
  readonly imports?: Readonly<Record<string, Targets>>
  readonly exports?: Readonly<Record<string, Targets>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly engines?: Readonly<Record<string, string>>
  readonly publishConfig?: Readonly<Record<string, unknown>>
}

export interface Packed {
  readonly workspace: Workspace
  /** As it is in the tarball. */
  readonly manifest: Manifest
  /** Where the tarball is unpacked. */
  readonly folder: string
  /** With `/`, whatever the system. */
  readonly files: ReadonlyArray<string>
  readonly text: (file: string) => string
}

const unpack = (tarball: string, folder: string) => {
  mkdirSync(folder, { recursive: true })
  execFileSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"])
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, "/")
    )
    .toSorted()

const needed = ({ dependencies, peerDependencies, peerDependenciesMeta }: Manifest) =>
  Object.keys({ ...dependencies, ...peerDependencies }).filter(
    // Those of our own that may be missing are asked for by a module that says so.
    (name) => peerDependenciesMeta?.[name]?.optional !== true || name.startsWith("@effect-genesys/")
  )

const install = ({ folder, manifest, workspace }: Packed, all: ReadonlyArray<Packed>) => {
  for (const name of needed(manifest)) {
    const own = all.find((one) => one.manifest.name === name)?.folder
    const found = [workspace.directory, root].map((at) => join(at, "node_modules", name)).find(existsSync)
    const link = join(folder, "node_modules", name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(own ?? found ?? join(root, "node_modules", name), link)
  }
}

/** The tarball of each workspace that may be published, by its name; made once in a run of the tests. */
export const tarballs = async (): Promise<ReadonlyMap<string, string>> => {
  const all = await OncePerRun.made("tarballs", (made) => {
    const names = [...Tarballs.pack(made)].map(([name, file]) => [name, basename(file)])
    writeFileSync(join(made, "names.json"), JSON.stringify(names))
  })
  const names: ReadonlyArray<readonly [string, string]> = JSON.parse(readFileSync(join(all, "names.json"), "utf8"))
  return new Map(names.map(([name, file]) => [name, join(all, file)]))
}

/** @param destination an empty folder */
export const unpackAll = async (destination: string): Promise<ReadonlyArray<Packed>> => {
  const packed = await tarballs()
  const all = published().map((workspace): Packed => {
    const { name } = workspace.manifest
    const folder = join(destination, name)
    unpack(packed.get(name) ?? name, folder)
    return {
      workspace,
      manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
      folder,
      files: filesIn(folder),
      text: (file) => readFileSync(join(folder, file), "utf8")
    }
  })
  for (const one of all) install(one, all)
  return all
}
