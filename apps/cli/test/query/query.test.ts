/** `genesys query`: a copy in files and in PostgreSQL that an export of the command line has made, and what is refused. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Cli from "../support/Cli.ts"
import * as InProcess from "../support/InProcess.ts"

const world = Layer.merge(Simulator.layer({ rateLimit: "off", users: 20 }), Postgres.layer)

layer(world, { excludeTestServices: true, timeout: 60_000 })("genesys query", ({ effect }) => {
  const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    Effect.flatMap(InProcess.simulated, (env) => InProcess.run(args, { ...env, ...more }))

  effect("answers alike out of lines, Parquet and PostgreSQL, in the form that is asked for", () =>
    Effect.gen(function* () {
      const folder = Cli.folder()
      const DATABASE_URL = yield* (yield* Postgres).database
      const out = [
        [
          ["--out", join(folder, "lines/")],
          ["--from", join(folder, "lines")]
        ],
        [
          ["--out", join(folder, "tables/"), "--format", "parquet"],
          ["--from", join(folder, "tables")]
        ],
        [
          ["--postgres", "DATABASE_URL"],
          ["--postgres", "DATABASE_URL"]
        ]
      ] as const
      for (const [into, from] of out) {
        const exported = yield* run(["export", "skills", ...into], { DATABASE_URL })
        assert.strictEqual(exported.code, 0, exported.stderr)
        const ask = (sql: string, ...flags: ReadonlyArray<string>) =>
          run(["query", sql, ...from, ...flags], { DATABASE_URL })
        const sql = "SELECT name, deleted_at IS NULL AS there FROM skills ORDER BY name"
        const json = yield* ask(sql, "--json")
        assert.strictEqual(json.code, 0, json.stderr)
        const there = yield* Simulator.use(({ list }) => list("skills"))
        const names = there
          .map(({ name }) => (typeof name === "string" ? name : ""))
          .toSorted((a, b) => (a < b ? -1 : 1))
        assert.deepStrictEqual(
          JSON.parse(json.stdout),
          names.map((name) => ({ name, there: true }))
        )
        assert.strictEqual((yield* ask(sql, "--limit", "1", "--jq", ".name")).stdout, `${names[0]}\n`)
        assert.strictEqual((yield* ask("SELECT 1 AS a, 'b' AS b", "--csv")).stdout.replaceAll("\r", ""), "a,b\n1,b\n")
        const wrong = yield* ask("SELECT nothing FROM skills")
        assert.deepStrictEqual([wrong.code, wrong.stdout], [2, ""])
        assert.match(wrong.stderr, /nothing/)
        const zoned = yield* ask("SELECT local_day FROM agent_status_days", "--time-zone", "Asia/Kolkata", "--json")
        assert.deepStrictEqual([zoned.code, zoned.stdout], [0, "[]\n"], zoned.stderr)
        const late = yield* ask(
          "SELECT sum(sqrt(a.n * b.n)) FROM (SELECT generate_series AS n FROM generate_series(1, 9000000)) a, (SELECT generate_series AS n FROM generate_series(1, 90000)) b",
          "--time-limit",
          "0.2"
        )
        assert.strictEqual(late.code, 1, late.stderr)
        assert.match(late.stderr, /took longer than the 200ms that it may|statement timeout/)
      }
    })
  )

  const folder = Cli.folder()
  mkdirSync(join(folder, "none"))
  mkdirSync(join(folder, "copy/users"), { recursive: true })
  writeFileSync(join(folder, "copy/users/users.ndjson"), "")
  const copy = ["--from", join(folder, "copy")]
  for (const [args, message] of [
    [["SELECT 1"], /Say which copy is asked: --from DIR/],
    [["SELECT 1", ...copy, "--postgres", "DB"], /Name one copy/],
    [["SELECT 1", ...copy, "--schema", "a"], /--schema is for tables of --postgres/],
    [["SELECT 1", ...copy, "--time-zone", "+05:30"], /time-zone[\s\S]*a time zone, such as UTC or Europe\/Berlin/],
    [["SELECT 1", "--postgres", "DB", "--memory", "1GB"], /--memory is for a copy in files/],
    [
      ["SELECT 1", "--postgres", "postgres://me:hunter2@host/db"],
      /--postgres takes the name of an environment variable/
    ],
    [["SELECT 1", "--postgres", "NO_SUCH_VARIABLE"], /NO_SUCH_VARIABLE/],
    [["SELECT 1", ...copy, "--memory", "much"], /an amount of memory such as 512MB or 2GB/],
    [["SELECT 1", "--from", join(folder, "none")], /There is no copy in .*none/],
    [["SELECT 1", "--from", join(folder, "nowhere")], /nowhere cannot be read as a copy/],
    [["DROP VIEW users", ...copy], /A copy is only read/],
    [["SELECT * FROM read_text('/etc/hostname')", ...copy], /file system operations are disabled/]
  ] as const) {
    effect(`refuses ${args.join(" ").replaceAll(folder, "")}`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run(["query", ...args])
        assert.deepStrictEqual([code, stdout], [2, ""], stderr)
        assert.match(stderr, message)
        assert.notInclude(stderr, "hunter2")
      })
    )
  }
})
