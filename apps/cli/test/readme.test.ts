/**
 * The programs of the README and the pages are files that compile and run; this holds the two together. `PROVE=1`: each of them, with each
 * failure that they tell apart; else one with Effect and one without.
 */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { Fault } from "@effect-genesys/simulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, readdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import { genesys } from "../src/commands/genesys.ts"
import * as Programs from "./support/Programs.ts"
import { examplesOf } from "./support/examplesOf.ts"

const root = new URL("../../../", import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), "utf8")

const run = (example: string, env: Process.Env) =>
  Process.runFile(fileURLToPath(new URL(`examples/${example}`, root)), { env })

describe("README", () => {
  for (const [example, page] of [
    ["find-user.ts", "docs/start/library.md"],
    ["robust-call.ts", "docs/start/library.md"],
    ["without-effect.ts", "docs/start/promises.md"]
  ] as const) {
    it(`${page} shows examples/${example} as it is`, () => {
      assert.include(read(page), `\`\`\`ts\n${read(`examples/${example}`)}\`\`\``)
    })
  }

  it("the one of export shows examples/export.ts as it is", () => {
    assert.include(read("packages/export/README.md"), `\`\`\`ts\n${read("examples/export.ts")}\`\`\``)
  })

  it.live.skipIf(!Programs.isProof)(
    "examples/export.ts exports",
    () =>
      Effect.gen(function* () {
        const cwd = mkdtempSync(join(tmpdir(), "genesys-example-"))
        const file = fileURLToPath(new URL("examples/export.ts", root))
        const { code, stdout } = yield* Process.runFile(file, { env: yield* Settings.env, cwd })
        assert.strictEqual(code, 0)
        assert.match(stdout, /^[1-9]\d* conversations of 4 days, 0 days failed\n$/)
        assert.lengthOf(readdirSync(join(cwd, "export", "conversations")), 4)
      }).pipe(Effect.provide(Simulator.layer({ conversationsPerHour: 5, jobQueueTime: 0, jobRunTime: 0 }))),
    240_000
  )

  it("shows commands of genesys that are examples of its help, which are run", () => {
    const known = new Set(examplesOf(genesys))
    const pages = ["docs/guide/calls.md", "docs/guide/exports.md"].map(read).join("\n")
    const shown = [...pages.matchAll(/^npx (genesys .+)$/gm)].map(([, line = ""]) => line)
    assert.lengthOf(shown, 17)
    assert.deepStrictEqual(
      shown.filter((line) => !known.has(line)),
      []
    )
  })

  it("names every command of genesys", () => {
    const page = read("docs/guide/commands.md") + read("apps/cli/README.md")
    for (const { name } of genesys.subcommands.flatMap(({ commands }) => commands))
      assert.include(page, `| \`genesys ${name}`)
  })

  it.live(
    "find-user.ts finds a user",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const found = yield* run("find-user.ts", env)
        assert.strictEqual(found.code, 0)
        assert.match(found.stdout, /^Test User \([\w-]+\)\n$/)
        assert.match(found.stderr, /token issued/)
      }).pipe(Effect.provide(Simulator.layer())),
    240_000
  )

  it.live.skipIf(!Programs.isProof)(
    "find-user.ts exits with 1 when it cannot find one",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const refused = yield* run("find-user.ts", { ...env, GENESYS_CLOUD_CLIENT_SECRET: "wrong" })
        assert.deepStrictEqual([refused.code, refused.stdout], [1, ""])
        assert.include(refused.stderr, "Somebody has to look at the OAuth client")
      }).pipe(Effect.provide(Simulator.layer())),
    240_000
  )

  it.live.skipIf(!Programs.isProof)("find-user.ts names a setting that is missing", () =>
    Effect.gen(function* () {
      const unset = yield* run("find-user.ts", {})
      assert.strictEqual(unset.code, 1)
      assert.match(unset.stderr, /^GENESYS_CLOUD_CLIENT_ID is not set/)
    })
  )

  it("robust-call.ts needs at most 15 lines for its call", () => {
    const [call = ""] = /^const robustCall[^]*?^ {2}\)$/m.exec(read("examples/robust-call.ts")) ?? []
    assert.include(call, "RateLimitError")
    assert.isAtMost(call.split("\n").length, 15)
    assert.include(read("README.md"), `\`\`\`ts\n${call}\n\`\`\``)
  })

  describe("robust-call.ts", () => {
    const path = "/api/v2/users/search"
    const body = { code: "missing.permissions", message: "You are missing: directory:user:view" }
    const refused = { GENESYS_CLOUD_CLIENT_SECRET: "wrong" }
    const ends: ReadonlyArray<readonly [says: RegExp, fault: Fault | undefined, env?: Process.Env]> = [
      [/^Found [\w-]+\.$/, undefined],
      [/^The client lacks directory:user:view\.$/, { path, status: 403, body }],
      [/^The login host refuses the OAuth client: invalid_client\.$/, undefined, refused],
      [/^The API refuses fresh tokens.*$/, { path, status: 401 }],
      [/^Wait 2h\.$/, { path, status: 429, headers: { "retry-after": "7200" } }],
      [/^Genesys Cloud cannot be used now: ServerError\.$/, { path, status: 500 }]
    ]
    for (const [says, fault, env] of ends) {
      it.live.skipIf(!Programs.isProof)(
        `says ${says.source}`,
        () =>
          Effect.gen(function* () {
            const { addFault } = yield* Simulator
            if (fault !== undefined) yield* addFault(fault)
            const { stdout } = yield* run("robust-call.ts", { ...(yield* Settings.env), ...env })
            assert.match(stdout.replace(/\n$/, ""), says)
          }).pipe(Effect.provide(Simulator.layer({ mintLimit: "off" }))),
        120_000
      )
    }
  })

  it.live(
    "without-effect.ts gets a token",
    () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run("without-effect.ts", yield* Settings.env)
        assert.deepStrictEqual([code, stdout], [0, "86 characters\n"])
        assert.include(stderr, "token: ready")
      }).pipe(Effect.provide(Simulator.layer())),
    240_000
  )
})
