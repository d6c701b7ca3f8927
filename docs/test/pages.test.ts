/**
 * The pages: links and anchors lead somewhere, the sidebar has every page, the front page is short, and nothing that is made of the code
 * is missing.
 */
import { genesys } from "../../apps/cli/src/commands/genesys.ts"
import { rules } from "@effect-genesys/core/Settings"
import * as Kinds from "@effect-genesys/export/Kinds"
import { tablesOf } from "@effect-genesys/export/Layout"
import * as Views from "@effect-genesys/export/Views"
import { exitCodes } from "@effect-genesys/program/ExitCode"
import { assert, describe, it } from "@effect/vitest"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { files, isElsewhere, pageOf, root, slug, target } from "../site/Pages.ts"
import { parse, svg } from "../site/Recording.ts"
import { apiPages, fromSources } from "../site/Reference.ts"
import { statementsOf } from "../site/reference/api.ts"
import { hrefInSite } from "../site/sitedLinks.ts"
import { sidebar } from "../site/Sidebar.ts"

const read = (file: string) => readFileSync(join(root, file), "utf8")
const made = await Effect.runPromise(fromSources)
/** What is made may or may not lie there from an earlier build. */
const isMade = (file: string) => made.has(file) || apiPages.includes(file)
const written = files().filter((file) => !isMade(file))
const texts = new Map([
  ...[...written, "README.md"].map((file) => [file, read(file)] as const),
  ...made,
  ...apiPages.map((file) => [file, ""] as const)
])

/** Without code, whose brackets are no links and whose `#` are no headings. */
const prose = (text: string) =>
  text.replaceAll(/^( *)(```+)[^]*?^\1\2$/gm, "").replaceAll(/(`+)[^\n]*?[^`]\1(?!`)/g, "``")

/** The anchors of a page: a heading that comes again is numbered. */
const anchorsOf = (text: string): ReadonlySet<string> => {
  const found = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading = ""] of text.replaceAll(/^( *)(```+)[^]*?^\1\2$/gm, "").matchAll(/^#+ (.+)$/gm)) {
    const base = slug(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"))
    const count = found.get(base) ?? 0
    found.set(base, count + 1)
    anchors.add(count === 0 ? base : `${base}-${count}`)
  }
  return anchors
}

/** What is wrong with the links of a page. */
const wrongLinks = (file: string, text: string): ReadonlyArray<string> =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, href = ""]) => {
    if (isElsewhere(href)) return []
    // A file that the site is served with.
    if (href.startsWith("/")) return existsSync(join(root, "docs/public", href)) ? [] : [`${file}: ${href}`]
    const aimed = target(file, href)
    const page = texts.get(aimed.file)
    if (page === undefined) return existsSync(join(root, aimed.file)) ? [] : [`${file}: ${href}`]
    const isThere = aimed.anchor === "" || apiPages.includes(aimed.file) || anchorsOf(page).has(aimed.anchor)
    return isThere ? [] : [`${file}: ${href} (no such heading)`]
  })

describe("the pages", () => {
  it("are more than a few, with what each package says of itself", () => {
    assert.isAbove(written.length, 40)
    assert.include(written, "packages/export/README.md")
  })

  it("have no link that leads nowhere", () => {
    assert.deepStrictEqual(
      [...texts].flatMap(([file, text]) => wrongLinks(file, text)),
      []
    )
  })

  it("are found wrong where a link leads nowhere", () => {
    const text =
      "# A\n[one](../../SECURITY.md#nowhere) [two](gone.md) [three](#a) `[four](no.md)` [five](https://x.invalid)"
    assert.deepStrictEqual(wrongLinks("docs/guide/worker.md", text), [
      "docs/guide/worker.md: ../../SECURITY.md#nowhere (no such heading)",
      "docs/guide/worker.md: gone.md",
      "docs/guide/worker.md: #a (no such heading)"
    ])
  })

  it("are all in the sidebar, and nothing else is", () => {
    const listed = sidebar.flatMap(({ items }) => items.map(({ link }) => link.replace(/\/$/, "/index")))
    const all = [...written, ...made.keys(), ...apiPages]
      .map((file) => `/${pageOf(file)?.replace(/\.md$/, "")}`)
      .filter((page) => page !== "/index")
    assert.deepStrictEqual(listed.toSorted(), all.toSorted())
  })

  it("say of each alert what to do", () => {
    const alerts = [...read("deploy/compose/rules.yml").matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
    const told = [...read("docs/operations/alerts.md").matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
    assert.isAbove(alerts.length, 5)
    assert.deepStrictEqual(told, alerts)
  })

  it("name tests that are there", () => {
    const named = [...read("docs/operations/reliability.md").matchAll(/`([\w/.]+\.test\.ts)`/g)].map(
      ([, file = ""]) => file
    )
    assert.isAbove(named.length, 10)
    assert.deepStrictEqual(
      named.filter((file) => !existsSync(join(root, file))),
      []
    )
  })

  it("are linked in the site as they are in the checkout", () => {
    assert.strictEqual(
      hrefInSite("docs/guide/worker.md", "../../packages/export/README.md#lists"),
      "/packages/export.md#lists"
    )
    assert.strictEqual(hrefInSite("packages/export/README.md", "../../docs/guide/worker.md"), "/guide/worker.md")
    assert.strictEqual(hrefInSite("README.md", "https://effect.website"), "https://effect.website")
    assert.isUndefined(hrefInSite("CONTRIBUTING.md", "LICENSE"))
  })
})

describe("the front page", () => {
  it("is short, and begins with two commands", () => {
    const readme = read("README.md")
    assert.isAtMost(Buffer.byteLength(readme), 10_240)
    const first = readme.split("\n").slice(0, 16).join("\n")
    assert.match(first, /^npm ci && npm run demo +#.*\nnpm ci && npm test +#/m)
  })

  it("shows a recording that is drawn of a run", () => {
    const output = read("docs/site/demo.txt")
    assert.match(output, /renewed ahead of time/)
    assert.match(output, /^401s absorbed +1$/m)
    const picture = svg(parse(output), "npm run demo")
    assert.strictEqual(read("docs/public/demo.svg"), picture, "node docs/site/record.ts --picture draws it")
    assert.notMatch(picture, /<script|https?:\/\/(?!127\.0\.0\.1|www\.w3\.org\/2000\/svg)/)
  })
})

describe("what is made of the code", () => {
  const page = (name: string) => made.get(`docs/reference/${name}.md`) ?? ""

  it("has every command with its flags", () => {
    const commandsIn = (
      one: Completions.CommandDescriptor,
      above = ""
    ): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => [
      [`${above}${one.name}`, one.flags.map(({ name }) => name)],
      ...one.subcommands.flatMap((below) => commandsIn(below, `${above}${one.name} `))
    ]
    for (const [command, flags] of commandsIn(Completions.fromCommand(genesys)).slice(1)) {
      const section = page("genesys")
        .split(/^## /m)
        .find((each) => each.startsWith(`${command}\n`))
      assert.isDefined(section, command)
      for (const flag of flags) assert.match(section, new RegExp(`\`--${flag}[\` ]`), command)
    }
  })

  it("has every variable, exit code and error", () => {
    for (const { name } of rules) assert.include(page("environment"), `\`${name}\``)
    for (const code of Object.values(exitCodes)) assert.include(page("errors"), `\n| ${code} |`)
    assert.match(page("errors"), /\| `AuthenticationError` \| [^|]+ \| `@effect-genesys\/auth\/TokenError` \| 3 \|/)
    assert.match(page("errors"), /\| `PermissionError` \| [^|]+ \| `@effect-genesys\/client\/GenesysError` \| 4 \|/)
  })

  it("has every table and view with its columns", () => {
    const sections = new Map(
      page("tables")
        .split(/^##+ /m)
        .map((each) => [each.split("\n")[0] ?? "", each])
    )
    for (const { columns, name } of [...Kinds.layouts.flatMap((layout) => tablesOf(layout)), ...Views.all]) {
      for (const column of Object.keys(columns)) assert.include(sections.get(name), `| \`${column}\` |`, name)
    }
  })

  it("has every field of the worker's settings", () => {
    const names = new Set<string>()
    const look = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return
      for (const [name, value] of Object.entries(node)) {
        if (name === "properties") for (const field of Object.keys(value)) names.add(field)
        look(value)
      }
    }
    look(JSON.parse(read("apps/worker/settings.schema.json")))
    for (const name of names)
      assert.match(page("worker-settings"), new RegExp(`[\`.]${name.replace("$", String.raw`\$`)}\``), name)
  })

  it("reads declarations as a compiler writes them", () => {
    const found = statementsOf(
      'import x from "y";\n/** One. */\nexport declare const one: {\n    /** In it. */\n    a: 1;\n};\n/**\n * Two\n * lines.\n */\nexport type Two = 2;\n'
    )
    assert.deepStrictEqual(found.slice(1), [
      { doc: "One.", code: "export declare const one: {\n    /** In it. */\n    a: 1;\n};" },
      { doc: "Two\nlines.", code: "export type Two = 2;" }
    ])
  })
})
