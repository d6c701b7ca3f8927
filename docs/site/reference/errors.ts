/** The errors that have a tag, with the exit code of each, and what to do about what people see. */
import { exitCodes, exitMeanings, ofError } from "@effect-genesys/program/ExitCode"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { commonErrors } from "../../../apps/cli/src/doctor/CommonErrors.ts"
import { root } from "../Pages.ts"
import { cell, code, page, table } from "./markdown.ts"

interface Declared {
  readonly tag: string
  readonly from: string
  readonly doc: string
}

const declaration = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport class (\w+Error) extends/g

/** Those that somebody may import. */
const declared = (): ReadonlyArray<Declared> =>
  globSync("packages/{core,auth,client,sdk,export,fleet,program}/src/*.ts", { cwd: root })
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(declaration)].map(([, doc = "", tag = ""]) => ({
        tag,
        from: file.replaceAll("\\", "/").replace(/^packages\/(\w+)\/src\/(\w+)\.ts$/, "@effect-genesys/$1/$2"),
        doc: doc.replaceAll(/\s*\n\s*\* ?/g, " ").trim()
      }))
    )

export const errors = (): string =>
  page(
    "Errors and exit codes",
    "the errors that the packages declare, the codes of the programs, and what `genesys doctor` says",
    "## What you see, and what to do",
    table(
      ["what you see", "what it means", "what to do"],
      Object.values(commonErrors).map(({ means, name, todo }) => [name, cell(means), cell(todo)])
    ),
    "## Exit codes",
    table(
      ["code", "what it says"],
      Object.entries(exitCodes).map(([name, number]) => [
        String(number),
        cell(Object.entries(exitMeanings).find(([key]) => key === name)?.[1] ?? "")
      ])
    ),
    "## Every error that has a tag",
    "Each has a `message` that says what to do next, without a secret.",
    table(
      ["tag", "when", "from", "exit code"],
      declared().map(({ doc, from, tag }) => [code(tag), cell(doc), code(from), String(ofError({ _tag: tag }))])
    )
  )
