/** What a package exports, with its comments: of the declarations that its build writes, as a compiler reads them. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../Pages.ts"
import { page, text } from "./markdown.ts"

export const packages = ["auth", "client", "sdk", "export", "fleet", "simulator"] as const

interface Statement {
  readonly doc: string
  readonly code: string
}

/** A comment without its stars. */
const unstarred = (comment: string) =>
  comment
    .replace(/^\/\*\*\s?/, "")
    .replace(/\s*\*\/$/, "")
    .replaceAll(/^\s*\* ?/gm, "")
    .trim()

/** The statements of a file of declarations: each begins at the first column. */
export const statementsOf = (declarations: string): ReadonlyArray<Statement> => {
  const found: Array<{ doc: string; lines: Array<string> }> = []
  let doc: Array<string> | undefined
  let isIn = false
  let pending = ""
  for (const line of declarations.split("\n")) {
    if (!isIn && line.startsWith("/**")) doc = []
    if (doc !== undefined) {
      doc.push(line)
      if (line.endsWith("*/")) {
        pending = unstarred(doc.join("\n"))
        doc = undefined
        isIn = false
      }
    } else if (/^(?:export|declare|import)\b/.test(line)) {
      found.push({ doc: pending, lines: [line] })
      pending = ""
      isIn = !line.endsWith(";")
    } else if (line !== "" && !line.startsWith("//")) {
      found.at(-1)?.lines.push(line)
      isIn = !/^\S.*;$|^\}/.test(line)
    }
  }
  return found.map(({ doc: said, lines }) => ({ doc: said, code: lines.join("\n") }))
}

/** A type that goes on for pages is told by its beginning. */
const longest = 1_200
const shortened = (code: string) => {
  if (code.length <= longest) return code
  const end = code.lastIndexOf("\n", longest)
  return `${code.slice(0, end === -1 ? longest : end)}\n// … and more: see the declaration.`
}

const nameOf = (code: string) =>
  /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type|namespace|enum|let) (\w+)/.exec(code)?.[1]

/** The head of a file is the comment before its first statement that has none of its own to follow. */
const headOf = (declarations: string) => /^\/\*\*[^]*?\*\//.exec(declarations)?.[0] ?? ""

const moduleOf = (name: string, file: string) => {
  const declarations = readFileSync(join(root, "packages", name, "dist", file), "utf8")
  const head = headOf(declarations)
  const path = file.replace(/\.d\.ts$/, "").replace(/(?:^|\/)index$/, "")
  const statements = statementsOf(declarations.slice(head.length))
  // What a class stands on is not exported, and says what it has.
  const bases = new Map(
    statements.flatMap(({ code }) => {
      const [, base] = /^declare const (\w+_base):/.exec(code) ?? []
      return base === undefined ? [] : [[base, code] as const]
    })
  )
  const parts = statements.flatMap(({ code, doc }) => {
    const exported = nameOf(code)
    if (exported === undefined) return []
    const base = [...bases].find(([one]) => new RegExp(`extends ${one}\\b`).test(code))?.[1]
    return [
      `### ${exported}`,
      text(doc),
      `\`\`\`ts\n${shortened(base === undefined ? code : `${base}\n${code}`)}\n\`\`\``
    ]
  })
  return parts.length === 0 ? [] : [`## ${path === "" ? name : path}`, text(unstarred(head)), ...parts]
}

/** The page of a package, which has been built. */
export const api = (name: (typeof packages)[number]): string => {
  const cwd = join(root, "packages", name, "dist")
  const files = globSync("**/*.d.ts", { cwd })
    .map((file) => file.replaceAll("\\", "/"))
    // What the simulator answers is told by the API that it imitates.
    .filter((file) => !/(?:^|\/)(?:internal|api)\//.test(file))
    .toSorted()
  if (files.length === 0) throw new Error(`packages/${name} is not built: npm run build`)
  return page(
    `API of ${name}`,
    `the comments in the code of \`@effect-genesys/${name}\`, by module: import \`@effect-genesys/${name}/MODULE\``,
    `[What the package is for](../../../packages/${name}/README.md)`,
    ...files.flatMap((file) => moduleOf(name, file))
  )
}
