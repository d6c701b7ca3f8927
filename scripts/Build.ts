/**
 * Of which sources a workspace was built. Times of files say nothing here: git and the cache of turbo set them as they like. So
 * a build ends by writing down a digest of all that turbo counts as its input, and whoever packs it compares.
 */
import { createHash } from "node:crypto"
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { root, type Workspace, workspaces } from "./Workspaces.ts"

interface Turbo {
  readonly globalDependencies: ReadonlyArray<string>
  readonly tasks: { readonly build: { readonly inputs: ReadonlyArray<string> } }
}

/** Within `dist`, so that turbo keeps it with what it tells of. */
const record = ({ directory }: Workspace) => join(directory, "dist", ".built")

/** A workspace and those it stands on: types and bundles are made of their sources, too. */
const withDependencies = (workspace: Workspace): ReadonlySet<Workspace> => {
  const all = new Map(workspaces().map((each) => [each.manifest.name, each]))
  const found = new Set<Workspace>()
  const visit = (each: Workspace | undefined) => {
    if (each === undefined || found.has(each)) return
    found.add(each)
    for (const name of Object.keys({ ...each.manifest.dependencies, ...each.manifest.devDependencies })) {
      visit(all.get(name))
    }
  }
  visit(all.get(workspace.manifest.name))
  return found
}

const filesOf = (directory: string, patterns: ReadonlyArray<string>) =>
  globSync([...patterns], { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const digest = (workspace: Workspace): string => {
  const { globalDependencies, tasks }: Turbo = JSON.parse(readFileSync(join(root, "turbo.json"), "utf8"))
  const files = [
    ...filesOf(root, globalDependencies),
    ...[...withDependencies(workspace)].flatMap(({ directory }) => filesOf(directory, tasks.build.inputs))
  ]
  const hash = createHash("sha256")
  for (const file of files.toSorted()) {
    const content = readFileSync(file)
    hash.update(`${relative(root, file)}\n${content.length}\n`).update(content)
  }
  return hash.digest("hex")
}

/** A file of `dist` without what the compiler adds to the name of its source. */
const stem = (file: string) => file.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, "")

const sourcesOf = ({ directory }: Workspace): ReadonlySet<string> =>
  new Set(globSync("**/*.ts", { cwd: join(directory, "src") }).map((file) => file.replace(/\.ts$/, "")))

/** Neither the compiler nor turbo removes what was made of a source that is gone. Bundles do that for themselves. */
export const sweep = (workspace: Workspace): void => {
  const sources = sourcesOf(workspace)
  const dist = join(workspace.directory, "dist")
  for (const file of globSync("**/*.{js,ts,map}", { cwd: dist, exclude: ["bundle"] })) {
    if (!sources.has(stem(file))) rmSync(join(dist, file))
  }
}

export const write = (workspace: Workspace): void => writeFileSync(record(workspace), digest(workspace))

const build = "Run npm run build in the root folder of the checkout."

const buildFault = (workspace: Workspace): string | undefined => {
  const dist = join(workspace.directory, "dist")
  if (!existsSync(record(workspace)))
    return `It is not built, or its build does not end with scripts/built.ts. ${build}`
  if (readFileSync(record(workspace), "utf8") !== digest(workspace)) {
    return `Its sources, or those of a package that it needs, have changed since it was built. ${build}`
  }
  const missing = [...sourcesOf(workspace)].find((source) => !existsSync(join(dist, `${source}.js`)))
  return missing === undefined ? undefined : `dist/${missing}.js is missing. Run npm run clean, then npm run build.`
}

const licenceFault = ({ directory }: Workspace): string | undefined => {
  const file = join(directory, "LICENSE")
  return existsSync(file) && readFileSync(file).equals(readFileSync(join(root, "LICENSE")))
    ? undefined
    : "It has not the LICENSE of the root folder of the checkout. Copy that file."
}

/** What keeps a workspace from being packed, in a sentence or two each; nothing if it is ready. */
export const faults = (workspace: Workspace): ReadonlyArray<string> =>
  [licenceFault(workspace), buildFault(workspace)].filter((fault) => fault !== undefined)
