/**
 * Each of the SDK's operations, called by the official SDK's own client over HTTP. What it is given and what it answers is judged by the
 * compiler of TypeScript, with the declarations of the SDK: it reads them in its own way, and knows nothing of ours. `PROVE=1`: all of them; else
 * each twelfth.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pc from "purecloud-platform-client-v2"
import * as Draws from "../../src/internal/shaped/draws.ts"
import * as Facts from "../../src/internal/shaped/facts.ts"
import * as Imitated from "../../src/internal/shaped/imitated.ts"
import * as Maker from "../../src/internal/shaped/maker.ts"
import * as SdkCode from "../../src/internal/shaped/sdkCode.ts"
import * as SdkDeclarations from "../../src/internal/shaped/sdkDeclarations.ts"
import * as SdkFiles from "../../src/internal/shaped/sdkFiles.ts"
import * as SdkIndex from "../../src/internal/shaped/sdkIndex.ts"
import { Simulator } from "../../src/Simulator.ts"
import * as Sdk from "../support/Sdk.ts"

const require = createRequire(import.meta.url)
const texts = SdkFiles.read(SdkFiles.find())
const calls = SdkCode.read(texts.code)
const { models, signatures } = SdkDeclarations.read(texts.declarations)
const imitated = new Set(Imitated.endpoints().map(({ method, path }) => SdkIndex.keyOf(method, path)))
const shaped = calls.filter(({ method, path }) => !imitated.has(SdkIndex.keyOf(method, path)))

const maker = Maker.make({ models, facts: Facts.make(), draws: Draws.make(7), uriOf: () => undefined })
const place = { now: 0, depth: 0, within: new Set<string>(), ids: {} }

/** What a call is given: all that it must be. */
const argumentsOf = (name: string): ReadonlyArray<unknown> =>
  Array.from(signatures.get(name)?.arguments ?? [], ([argument, type]) =>
    type.kind === "string" ? `${argument} 1` : maker.value(type, argument, { ...place, key: `${name} ${argument}` })
  )

interface Answered {
  readonly api: string
  readonly method: string
  readonly given: ReadonlyArray<unknown>
  readonly answer: unknown
}

/** One file for each class. */
const sourceOf = (api: string, all: ReadonlyArray<Answered>) => {
  const head = `import pc from "purecloud-platform-client-v2"\ntype Api = InstanceType<(typeof pc)["${api}"]>\n`
  const lines = all.flatMap(({ answer, given, method }, index) => {
    const type = `Api["${method}"]`
    const told = `export const g${index}: Parameters<${type}> = ${JSON.stringify(given)}`
    if (answer === undefined)
      return [`export const a${index}: ReturnType<${type}> extends Promise<void> ? 1 : 0 = 1`, told]
    return [`export const a${index}: Awaited<ReturnType<${type}>> = ${JSON.stringify(answer)}`, told]
  })
  return head + lines.join("\n")
}

/** What the compiler says; nothing if all of it is right. */
const judged = Effect.fnUntraced(function* (sources: Readonly<Record<string, string>>) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "shaped-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  )
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, `${name}.ts`), source)
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    target: "ES2024",
    module: "NodeNext",
    types: ["node"],
    typeRoots: [join(require.resolve("@types/node/package.json"), "..", "..")],
    paths: { "purecloud-platform-client-v2": [require.resolve("purecloud-platform-client-v2/index.d.ts")] }
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }))
  const compiler = join(require.resolve("typescript/package.json"), "..", "bin", "tsc")
  return yield* Effect.callback<string>((resume) => {
    const child = execFile(
      process.execPath,
      [compiler, "-p", folder, "--pretty", "false"],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resume(Effect.succeed(error === null ? "" : stdout + stderr))
    )
    return Effect.sync(() => child.kill())
  })
})

const isProof = process.env["PROVE"] !== undefined

const options = { allOperations: true, rateLimit: "off" } as const

layer(Simulator.layer(options), { excludeTestServices: true })("with all operations", (it) => {
  it.effect(
    "answers each call of the official SDK with what its declarations say",
    () =>
      Effect.gen(function* () {
        assert.strictEqual(calls.length, 3_468)
        assert.isAbove(shaped.length, 3_300)
        const client = yield* Sdk.loggedIn()
        const call = Effect.fnUntraced(function* ({ name }: SdkCode.Call) {
          const [api = "", method = ""] = name.split(".")
          const given = argumentsOf(name)
          const made: unknown = Reflect.construct(Reflect.get(pc, api), [client])
          assert.isObject(made)
          const operation: unknown = Reflect.get(Object(made), method)
          if (typeof operation !== "function") return assert.fail(name)
          const answer = yield* Effect.promise(() =>
            Promise.resolve(Reflect.apply(operation, made, given)).catch((rejection: unknown) =>
              assert.fail(`${name}: ${JSON.stringify(rejection)}`)
            )
          )
          return { api, method, given, answer: answer === "" ? undefined : answer }
        })
        const asked = shaped.filter((_, number) => isProof || number % 12 === 0)
        const answers: ReadonlyArray<Answered> = yield* Effect.forEach(asked, call, { concurrency: 8 })
        assert.lengthOf(answers, asked.length)
        const sources = Object.fromEntries(
          Array.from(
            Map.groupBy(answers, ({ api }) => api),
            ([api, all]) => [api, sourceOf(api, all)]
          )
        )
        assert.isAbove(Object.keys(sources).length, isProof ? 80 : 40)
        assert.strictEqual((yield* judged(sources)).slice(0, 4_000), "")
      }),
    300_000
  )

  it.effect(
    "is judged by a compiler that sees what is wrong",
    () =>
      Effect.gen(function* () {
        const wrong = (answer: unknown) =>
          judged({ UsersApi: sourceOf("UsersApi", [{ api: "UsersApi", method: "getUser", given: ["id"], answer }]) })
        assert.include(yield* wrong({ id: "1" }), "version")
        assert.include(yield* wrong({ version: "1" }), "not assignable")
        assert.include(yield* wrong({ version: 1, nonsense: 1 }), "nonsense")
        assert.strictEqual(yield* wrong({ version: 1 }), "")
      }),
    60_000
  )
})
