/**
 * What `createTokenManager` and `createClient` add to a program that has Effect's HTTP client already, when all three are bundled, minified
 * and packed by gzip: what is loaded at the start, and what is loaded only when an option asks for it.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

interface Size {
  /** Bytes that a start loads. */
  readonly start: number
  /** Those of the parts that are loaded when they are asked for. */
  readonly later: number
}

const packed = (parts: ReadonlyArray<{ readonly code: string }>) =>
  parts.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)

/** What is loaded when an option asks for it: files, a store, a proxy. */
const rare = /\/internal\/(?:promiseFiles|promiseStore|proxiedFetch)\.ts$/

/** @param without what is left out of it */
const sizeOf = (program: string, without: ReadonlyArray<RegExp> = []) =>
  Effect.promise(async (): Promise<Size> => {
    const build = await rolldown({
      input: fileURLToPath(new URL(`size/${program}.ts`, import.meta.url)),
      platform: "node",
      external: [...without],
      resolve: { conditionNames: ["@effect-genesys/source", "import", "node", "default"] },
      logLevel: "silent"
    })
    const { output } = await build.generate({ format: "esm", minify: true })
    await build.close()
    const chunks = new Map(output.flatMap((part) => (part.type === "chunk" ? [[part.fileName, part] as const] : [])))
    const atStart = new Set([...chunks.values()].filter(({ isEntry }) => isEntry))
    // What is added while it is walked is walked too.
    for (const { imports } of atStart) {
      for (const name of imports) {
        const chunk = chunks.get(name)
        if (chunk !== undefined) atStart.add(chunk)
      }
    }
    const start = packed([...atStart])
    return { start, later: packed([...chunks.values()]) - start }
  })

const aim = 25
const kB = (bytes: number) => (bytes / 1_000).toFixed(1)

export const size = Effect.gen(function* () {
  const alone = yield* sizeOf("withHttpClient")
  const manager = yield* sizeOf("withTokenManager")
  const bare = yield* sizeOf("withTokenManager", [rare])
  const client = yield* sizeOf("withClient")
  const added = ({ start }: Size) => kB(start - alone.start)
  const met = manager.start - alone.start <= aim * 1_000
  const rows = [
    ["", "kB at the start", "added", "kB later", "target"],
    ["Effect's HTTP client, and a Schema", kB(alone.start), "", kB(alone.later), ""],
    [
      "and createTokenManager",
      kB(manager.start),
      added(manager),
      kB(manager.later),
      `${aim} added: ${met ? "met" : "MISSED"}`
    ],
    ["the same, if it had no rare parts", kB(bare.start), added(bare), kB(bare.later), ""],
    ["and createClient", kB(client.start), added(client), kB(client.later), ""]
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  yield* Console.log(
    [
      "size: a bundle, minified and packed by gzip",
      "",
      ...rows.map((row) =>
        row
          .map((cell, column) =>
            column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
          )
          .join("  ")
          .trimEnd()
      ),
      "",
      "Rare parts (files, stores, a proxy) are loaded when an option asks for them. But a module of Effect that such a part uses too is",
      "put into what is loaded at the start, with all that either needs of it: that is a bundler's rule, and most of what can be saved.",
      "The rest are the manager's own steps, checks and words, and parts of Effect that its HTTP client does not need (metrics, classes",
      "of Schema): it would take fewer words in the errors, or a manager of its own without those, to come below the aim.",
      ""
    ].join("\n")
  )
})
