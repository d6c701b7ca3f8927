/** What a release needs besides its packages: a tag that is its version, the place that it comes from, and a list of what is in it. */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { version } from "../Versions.ts"
import { published, root } from "../Workspaces.ts"

/** Why what is checked out cannot be released under this tag, in a sentence each; nothing if it can. */
export const faults = (tag: string, checkout: string = root): ReadonlyArray<string> => {
  const wanted = `v${version(checkout)}`
  const pending = readdirSync(join(checkout, ".changeset")).filter((file) => file.endsWith(".md"))
  return [
    ...(tag === wanted
      ? []
      : [`The tag is ${tag}, and the packages are ${wanted}. Put the tag ${wanted} on this commit.`]),
    ...(pending.length === 0
      ? []
      : [
          `Changesets wait for a version: ${pending.join(", ")}. Run npm run version, commit it, and put the tag there.`
        ])
  ]
}

/** A manifest says where its package comes from, so that npm can compare that with the proof: it is not known before. */
export const setRepository = (url: string, checkout: string = root): void => {
  if (!/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/.test(url)) {
    throw new Error(`${url} is not the address of a repository, such as https://github.com/owner/name.`)
  }
  for (const { directory } of published(checkout)) {
    const file = join(directory, "package.json")
    const manifest: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"))
    const repository = {
      type: "git",
      url: `git+${url}.git`,
      directory: relative(checkout, directory).replaceAll("\\", "/")
    }
    writeFileSync(file, `${JSON.stringify({ ...manifest, repository }, null, 2)}\n`)
  }
}

interface Bill {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> }
}

/** All that the lock file names, in the form of CycloneDX. Programs hold what they need of it, so what is for development counts too. */
export const bill = (): string => {
  const text = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    // npm is a script of the shell there.
    shell: process.platform === "win32"
  })
  const made: Bill = JSON.parse(text)
  const { name }: { readonly name: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  // npm calls it after the folder.
  const metadata = { ...made.metadata, component: { ...made.metadata.component, name } }
  return `${JSON.stringify({ ...made, metadata }, null, 2)}\n`
}
