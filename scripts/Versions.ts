/**
 * What the checkout says of its own version besides its manifests: all packages are released together, as one. The changelog of the
 * root is made of those of the packages, which `changeset version` writes.
 */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { published, root, type Workspace } from "./Workspaces.ts"

const number = String.raw`\d+\.\d+\.\d+(?:-[\w.]+)?`

/** Where the version stands, between what is before and behind it. */
type Place = readonly [before: string, behind: string]

const places: ReadonlyArray<readonly [file: string, place: Place]> = [
  ["package.json", ['^  "version": "', '"']],
  ["packages/program/src/Version.ts", ['export const version = "', '"']],
  ["deploy/kubernetes/deployment.yaml", ["image: genesys-worker:", "$"]],
  ["deploy/helm/genesys-worker/Chart.yaml", ["^version: ", "$"]],
  ["deploy/helm/genesys-worker/Chart.yaml", ['^appVersion: "', '"']]
]

/** Where a page says how tarballs are installed, if it does. */
const tarball: Place = [String.raw`effect-genesys-[\w{},]+-`, String.raw`\.tgz`]
const pages = ["*.md", "{apps,packages}/*/README.md", "{deploy,docs}/**/*.md"]

/** The one that all packages have. */
export const version = (checkout: string = root): string => {
  const found = new Set(published(checkout).map(({ manifest }) => manifest.version))
  const [one, ...others] = found
  if (one === undefined || others.length > 0) {
    throw new Error(
      `The packages have several versions (${[...found].join(", ")}), and are released together: see .changeset.`
    )
  }
  return one
}

interface Entry {
  readonly name: string
  readonly version: string
  /** Under its headings, without what only says that another package of ours was released, too. */
  readonly text: string
}

const entriesOf = (name: string, changelog: string): ReadonlyArray<Entry> =>
  changelog
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [head = "", ...lines] = part.split("\n")
      const text = lines
        .join("\n")
        .replace(/^- Updated dependencies.*\n(?: {2}- .*\n?)*/gm, "")
        .split(/^(?=### )/m)
        .filter((section) => /^- /m.test(section))
        .join("")
        .trim()
      return { name, version: head.trim(), text }
    })

/** What has changed in each package, the newest version first, as the packages' own changelogs say it. */
export const changelog = (all: ReadonlyArray<Workspace> = published()): string => {
  const found = all.flatMap(({ directory, manifest }) =>
    entriesOf(manifest.name, readFileSync(join(directory, "CHANGELOG.md"), "utf8"))
  )
  const versions = [...new Set(found.map((entry) => entry.version))].map((each) => {
    const changes = found
      .filter((entry) => entry.version === each && entry.text !== "")
      .map(({ name, text }) => `### ${name}\n\n${text.replace(/^### /gm, "#### ")}`)
    return [`## ${each}`, ...changes].join("\n\n")
  })
  const intro = "All packages are released together. This is made of the changelogs of the packages: `npm run version`."
  return `${["# Changelog", intro, ...versions].join("\n\n")}\n`
}

/** The files that name the version, as they should be, by their paths from the root. */
export const texts = (): ReadonlyMap<string, string> => {
  const now = version()
  const found = new Map([["CHANGELOG.md", changelog()]])
  const set = (file: string, [before, behind]: Place) => {
    const place = new RegExp(`(${before})${number}(?=${behind})`, "gm")
    const text = found.get(file) ?? readFileSync(join(root, file), "utf8")
    if (!place.test(text)) return false
    found.set(
      file,
      text.replace(place, (_match, kept: string) => `${kept}${now}`)
    )
    return true
  }
  for (const [file, place] of places) {
    if (!set(file, place)) throw new Error(`${file} does not name the version where it did. See scripts/Versions.ts.`)
  }
  for (const file of globSync(pages, { cwd: root, exclude: ["**/node_modules/**"] })) set(file, tarball)
  return found
}
