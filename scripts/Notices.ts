/**
 * The licences of what a bundler has taken in: their texts have to go wherever the code goes. Of a package that nobody may
 * pass on like that, no bundle is made.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { OutputBundle, Plugin } from "rolldown"
import { root } from "./Workspaces.ts"

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: unknown
}

/** All that they ask for is that their text is kept. An expression of several is for a person to read. */
const permissive: ReadonlyArray<string> = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT"
]

const installed = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/

/** The modules of others in a bundle, by the folder of their package. The bundler's own helpers are code of the bundler. */
const modulesOf = (bundle: OutputBundle): ReadonlyMap<string, ReadonlyArray<string>> => {
  const found = new Map<string, Array<string>>()
  for (const part of Object.values(bundle)) {
    for (const id of part.type === "chunk" ? Object.keys(part.modules) : []) {
      const [folder] = id.startsWith("\0rolldown/")
        ? [join(root, "node_modules", "rolldown")]
        : (installed.exec(id) ?? [])
      if (folder === undefined) continue
      const modules = found.get(folder) ?? []
      found.set(folder, modules)
      if (!id.startsWith("\0")) modules.push(id)
    }
  }
  return found
}

const texts = (folder: string) =>
  readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)(?:-\w+)?(?:\.(?:md|txt))?$/i.test(file))
    .toSorted()

/** What a package says at its head. */
const headOf = (folder: string): string => {
  const { license, name, version }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const who = `${name} ${version} is bundled, and `
  if (typeof license !== "string" || !permissive.includes(license)) {
    throw new Error(
      `${who}its licence, ${JSON.stringify(license)}, is none of ${permissive.join(", ")}. ` +
        "Leave it out of the bundle, or add the licence to scripts/Notices.ts if it is as permissive as those."
    )
  }
  const found = texts(folder)
  if (found.every((file) => /^notice/i.test(file))) {
    throw new Error(
      `${who}it brings no text of its licence (${license}), which has to go with it. Leave it out of the bundle.`
    )
  }
  return [
    `${name} ${version} (${license})`,
    ...found.map((file) => readFileSync(join(folder, file), "utf8").trim())
  ].join("\n\n")
}

const comment = /\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*(?:\n|$))+/gm

/** A module that was taken from elsewhere says so in a comment, which does not outlive the bundler. */
const commentsOf = (module: string): ReadonlyArray<string> =>
  [...readFileSync(module, "utf8").matchAll(comment)]
    .map(([text]) => text.trim())
    .filter((text) => /\bcopyright\b/i.test(text))

/** @param file where the notices of all bundles that this one plugin has seen are written, whenever a bundle is */
export const notices = (file: string): Plugin => {
  const heads = new Map<string, string>()
  const comments = new Map<string, Set<string>>()
  return {
    name: "notices",
    generateBundle: (_options, bundle) => {
      for (const [folder, modules] of modulesOf(bundle)) {
        heads.set(folder, heads.get(folder) ?? headOf(folder))
        const known = comments.get(folder) ?? new Set()
        comments.set(folder, known)
        for (const each of modules.flatMap(commentsOf)) known.add(each)
      }
    },
    writeBundle: () => {
      const parts = [...heads].map(([folder, head]) => [head, ...(comments.get(folder) ?? [])].join("\n\n"))
      const intro = "This program contains code of the packages below, under their licences."
      writeFileSync(file, `${[intro, ...new Set(parts.toSorted())].join(`\n\n${"-".repeat(80)}\n\n`)}\n`)
    }
  }
}
