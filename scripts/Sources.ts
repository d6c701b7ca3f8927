/** The source files of the checkout and what each imports of the others: what the pictures and rules of ARCHITECTURE.md are made of. */
import { globSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"
import { root, workspaces } from "./Workspaces.ts"

export interface Source {
  /** From the root, such as `packages/auth/src/TokenManager.ts`. */
  readonly file: string
  /** The folder of its workspace, such as `packages/auth`. */
  readonly workspace: string
  readonly text: string
  readonly imports: ReadonlyArray<Import>
}

export interface Import {
  readonly file: string
  /** It is gone when the program runs. */
  readonly isType: boolean
  /** It is loaded when it is needed. */
  readonly isLate: boolean
}

const statement =
  /^(import|export)\s+(type\s)?[^"'`;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|(\btypeof\s+)?\bimport\("([^"]+)"\)/gm

const slashed = (path: string) => path.split(sep).join("/")

/** All sources of the workspaces, tests left out. */
export const sources = (): ReadonlyArray<Source> => {
  const all = workspaces().map(({ directory, manifest }) => ({ directory, name: manifest.name }))
  const files = all.flatMap(({ directory }) =>
    globSync("src/**/*.ts", { cwd: directory }).map((file) => ({ directory, path: join(directory, file) }))
  )
  const known = new Set(files.map(({ path }) => path))
  const find = (from: string, specifier: string): string | undefined => {
    if (specifier.startsWith(".")) return resolve(dirname(from), specifier)
    const [scope, name, ...rest] = specifier.split("/")
    const owner = all.find((one) => one.name === `${scope}/${name}`)
    return owner && join(owner.directory, "src", `${rest.length === 0 ? "index" : rest.join("/")}.ts`)
  }
  return files
    .map(({ directory, path }) => {
      const text = readFileSync(path, "utf8")
      const imports = Array.from(text.matchAll(statement), (match) => {
        const [, , type, from, bare, typeOf, late] = match
        const target = find(path, from ?? bare ?? late ?? "")
        const isType = type !== undefined || typeOf !== undefined
        return target !== undefined && known.has(target)
          ? [{ file: slashed(relative(root, target)), isType, isLate: late !== undefined }]
          : []
      }).flat()
      return { file: slashed(relative(root, path)), workspace: slashed(relative(root, directory)), text, imports }
    })
    .toSorted((one, other) => (one.file < other.file ? -1 : 1))
}

/** The circles among files, each as the files on its way round. @param follows which imports count */
export const circles = (
  all: ReadonlyArray<Source>,
  follows: (one: Import) => boolean = () => true
): ReadonlyArray<ReadonlyArray<string>> => {
  const byFile = new Map(all.map((source) => [source.file, source]))
  const done = new Set<string>()
  const found: Array<ReadonlyArray<string>> = []
  const walk = (file: string, way: ReadonlyArray<string>): void => {
    const at = way.indexOf(file)
    if (at !== -1) return void found.push(way.slice(at))
    if (done.has(file)) return
    for (const one of byFile.get(file)?.imports.filter(follows) ?? []) walk(one.file, [...way, file])
    done.add(file)
  }
  for (const { file } of all) walk(file, [])
  return found
}
