/** The packages and their arrows as they are: a picture in Mermaid, made of what the sources import. */
import { sources } from "./Sources.ts"

export interface Arrow {
  readonly from: string
  readonly to: string
  /** How many files of the one import files of the other. */
  readonly files: number
}

const short = (workspace: string) => workspace.replace(/^\w+\//, "")

/** One for each two workspaces of which the first imports the second. */
export const arrows = (): ReadonlyArray<Arrow> => {
  const all = sources()
  const home = new Map(all.map(({ file, workspace }) => [file, workspace]))
  const found = all.flatMap(({ imports, workspace }) =>
    [...new Set(imports.map(({ file }) => home.get(file) ?? workspace))]
      .filter((target) => target !== workspace)
      .map((target) => `${short(workspace)} ${short(target)}`)
  )
  return Object.entries(Object.groupBy(found, (pair) => pair))
    .map(([pair, same = []]) => {
      const [from = "", to = ""] = pair.split(" ")
      return { from, to, files: same.length }
    })
    .toSorted((one, other) => (`${one.from} ${one.to}` < `${other.from} ${other.to}` ? -1 : 1))
}

/** Without the arrows that follow from others. */
export const direct = (all: ReadonlyArray<Arrow>): ReadonlyArray<Arrow> => {
  const next = (from: string) => all.filter((arrow) => arrow.from === from).map(({ to }) => to)
  const reaches = (from: string, to: string): boolean =>
    next(from).some((between) => between === to || reaches(between, to))
  return all.filter(({ from, to }) => !next(from).some((between) => between !== to && reaches(between, to)))
}

export const picture = (): string => {
  const lines = direct(arrows()).map(({ from, to }) => `  ${from} --> ${to}`)
  return ["```mermaid", "graph LR", ...lines, "```"].join("\n")
}
