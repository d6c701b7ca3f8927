/**
 * Which files of the checkout are pages of the site, and where they are in it. What a package says of itself stays in its README: a page
 * is that file, so nothing is typed twice, and a link from one file to another works in an editor, in a repository's viewer and here.
 */
import { globSync } from "node:fs"
import { dirname, join } from "node:path"

export const root: string = join(import.meta.dirname, "../..")

const single: Readonly<Record<string, string>> = {
  "ARCHITECTURE.md": "develop/architecture.md",
  "CHANGELOG.md": "develop/changelog.md",
  "CODE_OF_CONDUCT.md": "develop/conduct.md",
  "CONTRIBUTING.md": "develop/contributing.md",
  "SECURITY.md": "operations/security.md",
  "deploy/README.md": "operations/deploy.md",
  "packages/benchmarks/README.md": "reference/benchmarks.md"
}

/** Where a file is in the site, by its path from the root; nothing if it is no page. */
export const pageOf = (file: string): string | undefined =>
  single[file] ??
  /^docs\/(.+\.md)$/.exec(file)?.[1] ??
  file.replace(/^(?:packages|apps)\/(\w+)\/README\.md$/, "packages/$1.md").match(/^packages\/\w+\.md$/)?.[0]

/** Files that are no pages, for whoever looks for all that end in `.md`. */
export const noPages: ReadonlyArray<string> = [
  "**/node_modules/**",
  "README.md",
  "{packages,apps}/*/CHANGELOG.md",
  "{packages,apps}/*/{src,test,dist,schemas}/**",
  "{examples,scripts,tarballs,coverage,data,export}/**"
]

/** Every file that is a page now, those that are made included if they have been made. */
export const files = (): ReadonlyArray<string> =>
  globSync("**/*.md", { cwd: root, exclude: (path) => path.split(/[\\/]/).includes("node_modules") })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => pageOf(path) !== undefined && !path.startsWith("docs/.vitepress/"))
    .toSorted()

/** The file that a link of another one names, from the root, and its anchor. Links to other hosts are not asked about. */
export const target = (file: string, href: string): { readonly file: string; readonly anchor: string } => {
  const [path = "", anchor = ""] = decodeURIComponent(href).split("#")
  return { file: path === "" ? file : join(dirname(file), path).replaceAll("\\", "/"), anchor }
}

/** Whether a link leads out of the checkout. */
export const isElsewhere = (href: string): boolean => /^[a-z][a-z+.-]*:|^\/\//.test(href)

/** The anchor of a heading, as the viewers of repositories make it. */
export const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-")
