/** A program of a user who is as strict as can be: where it lies, how it is compiled, and what it prints. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"

export const program = join(import.meta.dirname, "program.ts")

export const prints = "test.user@yourcompany.com\ntrue true\ntrue\n"

export type Resolution = "nodenext" | "bundler"

/** Writes what its compiler is told into the folder of a project. @returns the name of the file */
export const configure = (
  project: string,
  resolution: Resolution,
  files: ReadonlyArray<string>,
  { skipLibCheck = false }: { readonly skipLibCheck?: boolean } = {}
): string => {
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    module: resolution === "nodenext" ? "nodenext" : "esnext",
    moduleResolution: resolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    types: ["node"],
    noEmit: true,
    skipLibCheck
  }
  const file = `tsconfig.${resolution}.json`
  writeFileSync(join(project, file), JSON.stringify({ compilerOptions, files }))
  return file
}
