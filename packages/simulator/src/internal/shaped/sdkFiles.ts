/**
 * Where the official SDK is, which is not among our dependencies, and its texts. They are read, and never run. It is looked for from this very file
 * upwards, as Node looks for what a program imports: the working directory has no say in it.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as Schema from "effect/Schema"
import { MissingSdkError } from "../../MissingSdkError.ts"

const name = "purecloud-platform-client-v2"
const absent =
  `To answer all operations, the simulator reads the official SDK, which is not installed. Install it beside this program: ` +
  `npm install ${name}, with -g if this program was installed with -g.`

const isAbsence = (error: unknown) => error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND"

/** Of its code, its declarations and its package. */
export interface Paths {
  readonly code: string
  readonly declarations: string
  readonly manifest: string
}

/** @throws MissingSdkError */
export const find = (from = import.meta.url): Paths => {
  const { resolve } = createRequire(from)
  try {
    return {
      code: resolve(name),
      declarations: resolve(`${name}/index.d.ts`),
      manifest: resolve(`${name}/package.json`)
    }
  } catch (error) {
    throw isAbsence(error) ? new MissingSdkError({ message: absent }) : error
  }
}

const manifestOf = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ version: Schema.String })))

export const read = ({ code, declarations, manifest }: Paths) => ({
  code: readFileSync(code, "utf8"),
  declarations: readFileSync(declarations, "utf8"),
  version: manifestOf(readFileSync(manifest, "utf8")).version
})

/** What is in it is not written as it was in all versions that are known. */
export const unreadable = (what: string) =>
  new MissingSdkError({
    message: `The official SDK that is installed cannot be read: ${what}. Install another version of it: npm install ${name}@262`
  })
