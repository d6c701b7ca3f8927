/**
 * Every regular expression of the sources against texts that make many of them slow: whoever answers, and whoever writes a file,
 * must not stop a program by 64 KiB. What takes a square of the length would take seconds here.
 */
import { assert, describe, it } from "vitest"
import { globSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { parseAst } from "rolldown/parseAst"

const root = join(import.meta.dirname, "../../..")

/** They read the sources and declarations of the official SDK that is installed, and nothing else. */
const ofInstalledFiles = new Set([
  "packages/sdk/src/internal/sources.ts",
  "packages/sdk/src/internal/declarations.ts",
  "packages/sdk/src/internal/operation.ts"
])

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** The literals of a file. */
const regexesOf = (file: string): ReadonlyArray<RegExp> => {
  const found: Array<RegExp> = []
  const visit = (node: unknown): void => {
    if (!isNode(node)) return
    if (node["type"] === "Literal" && isNode(node["regex"])) {
      found.push(new RegExp(String(node["regex"]["pattern"]), String(node["regex"]["flags"])))
    }
    for (const value of Object.values(node))
      if (Array.isArray(value)) value.forEach(visit)
      else visit(value)
  }
  visit(parseAst(readFileSync(file, "utf8"), { lang: "ts" }, file))
  return found
}

const units = [
  " ",
  "\t",
  "\n",
  "\r\n",
  "a",
  "A",
  "1",
  "_",
  "-",
  ".",
  ",",
  ":",
  ";",
  "/",
  "\\",
  "'",
  '"',
  "@",
  "=",
  "%",
  "(",
  "[",
  "{",
  "<",
  "é",
  "a1",
  "a ",
  " \n",
  "1.",
  "a:",
  '", "'
]

/** The words that a pattern is made of, since it may only be slow where they come again and again. */
const wordsOf = ({ source }: RegExp) =>
  source
    .replaceAll(/\\([^\w])/g, "$1")
    .split(/\\\w|\(\?[:=!<]*|[[\](){}|+*?^$.]/)
    .filter((word) => word.length > 1)

/** Texts, each of the length that is asked for. */
const attacks = (regex: RegExp): ReadonlyArray<(length: number) => string> => {
  const words = wordsOf(regex)
  return ["", ...words].flatMap((begin) =>
    [...units, ...words].flatMap((unit) =>
      ["", "\u0001", "\n\u0001"].map(
        (end) => (length: number) => begin + unit.repeat(Math.ceil(length / unit.length)) + end
      )
    )
  )
}

/** Milliseconds, of the quickest of so many runs: others want the processor, too. */
const took = (regex: RegExp, text: string, runs: number) => {
  let least = Infinity
  for (let run = 0; run < runs; run++) {
    const begun = performance.now()
    text.replace(regex, "")
    least = Math.min(least, performance.now() - begun)
    if (least < 1) return least
  }
  return least
}

describe("64 KiB are read in less than 50 ms by", () => {
  for (const file of globSync("{packages,apps}/*/src/**/*.ts", { cwd: root })) {
    const path = relative(root, join(root, file))
    const regexes = regexesOf(join(root, file))
    if (regexes.length === 0 || ofInstalledFiles.has(path)) continue
    it(path, () => {
      for (const regex of regexes) {
        for (const textOf of attacks(regex)) {
          // What reads 16 KiB so quickly has not gone over them a thousand times.
          if (took(regex, textOf(16_384), 2) < 1) continue
          const attack = textOf(65_536)
          assert.isBelow(took(regex, attack, 5), 50, `${regex} with ${JSON.stringify(attack.slice(0, 40))}`)
        }
      }
    })
  }
})

it("finds what is slow", () => {
  for (const regex of [/\s*\n\s*/g, /a+:/, /BEGIN.+?END/gs, /\/+$/, /^b +(.+)$/]) {
    assert.isTrue(
      attacks(regex).some((textOf) => took(regex, textOf(16_384), 1) > 5),
      String(regex)
    )
  }
})
