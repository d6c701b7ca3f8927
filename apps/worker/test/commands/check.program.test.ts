import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Programs from "../../../cli/test/support/Programs.ts"
import * as InProcess from "../support/InProcess.ts"
import type * as Process from "../support/Process.ts"

const example = fileURLToPath(new URL("../../../../examples/worker.yaml", import.meta.url))
const root = fileURLToPath(new URL("../../../..", import.meta.url))
const page = new URL("../../../../docs/guide/worker.md", import.meta.url)
const published = new URL("../../settings.schema.json", import.meta.url)
const env = {
  ACME_CLIENT_ID: "id",
  ACME_CLIENT_SECRET: "canary-secret",
  DATABASE_URL: "postgres://user:canary-secret@localhost/genesys"
}
const check = (file: string, settings: Process.Env) => InProcess.run(["check", "--file", file], settings)

describe("genesys-worker check", () => {
  it("has its example in the pages", () => {
    assert.include(readFileSync(page, "utf8"), `\`\`\`yaml\n${readFileSync(example, "utf8")}\`\`\``)
  })

  it.live("prints the plan of the example", () =>
    Effect.gen(function* () {
      const args = ["check", "--file", example]
      const { code, stderr, stdout } = yield* Programs.run("genesys-worker", args, { env, cwd: root })
      assert.strictEqual(stderr, "")
      assert.strictEqual(code, 0)
      assert.match(
        stdout,
        /^conversations: conversations, every 15m, up to 30s later, org acme, into .\/data\n {2}next 20/
      )
      assert.include(
        stdout,
        "users: users, cron 30 2 * * * (Europe/Berlin), org acme, into PostgreSQL at $DATABASE_URL"
      )
      assert.notInclude(stdout, "canary-secret")
    })
  )

  it.live("prints the JSON Schema that is published", () =>
    Effect.gen(function* () {
      const { stdout } = yield* InProcess.run(["schema"])
      assert.deepStrictEqual(JSON.parse(stdout), JSON.parse(readFileSync(published, "utf8")))
    })
  )

  const wrong: ReadonlyArray<readonly [string, Process.Env, string]> = [
    ["a secret that is not set", { ...env, ACME_CLIENT_SECRET: "" }, "ACME_CLIENT_SECRET is not set"],
    ["a database that is not set", { ...env, DATABASE_URL: "" }, "DATABASE_URL is not set"],
    ["a URL of something else", { ...env, DATABASE_URL: "mysql://canary-secret@db" }, "DATABASE_URL is not valid"],
    [
      "a database of another machine that may be talked to in the clear",
      { ...env, DATABASE_URL: "postgres://user:canary-secret@db.example.com/genesys?sslmode=prefer" },
      "DATABASE_URL is not valid: its sslmode=prefer may send everything in the clear, and the database is on another machine"
    ],
    [
      "an authority that is not there",
      { ...env, DATABASE_URL: "postgres://user:canary-secret@db.example.com/genesys", PGSSLROOTCERT: "/no/such/file" },
      "PGSSLROOTCERT must be a file with [^\n]* It names /no/such/file, which does not exist"
    ],
    ["a wrong port", { ...env, GENESYS_WORKER_PORT: "canary-secret" }, "GENESYS_WORKER_PORT is not valid"],
    ["a wrong deadline", { ...env, GENESYS_WORKER_DRAIN: "canary-secret" }, "GENESYS_WORKER_DRAIN is not valid"]
  ]
  it.live.each(wrong)("exits with 2 on %s, in one line that names it", ([, settings, message]) =>
    Effect.gen(function* () {
      const { code, error, stderr, stdout } = yield* check(example, settings)
      assert.strictEqual(code, 2)
      assert.deepStrictEqual([stdout, stderr], ["", ""])
      assert.match(error!, new RegExp(`^${message}[^\n]*$`))
      assert.notInclude(error, "canary-secret")
    })
  )

  it.live("exits with 2 if only a file .env says where rows go", () =>
    Effect.gen(function* () {
      const cwd = mkdtempSync(join(tmpdir(), "genesys-worker-"))
      writeFileSync(join(cwd, ".env"), "DATABASE_URL=postgres://user:canary-secret@localhost/theirs\n")
      writeFileSync(
        join(cwd, "worker.yaml"),
        "jobs: [{ name: a, kind: users, every: 1h, sink: { postgres: DATABASE_URL } }]"
      )
      const args = ["check", "--file", "worker.yaml"]
      const ours = { GENESYS_CLOUD_CLIENT_ID: "a", GENESYS_CLOUD_CLIENT_SECRET: "b" }
      const { code, stderr } = yield* Programs.run("genesys-worker", args, { env: ours, cwd })
      assert.deepStrictEqual(
        [code, stderr],
        [
          2,
          "genesys-worker: DATABASE_URL is not set in the environment. Set it to the URL of a PostgreSQL database; a file .env does not count.\n"
        ]
      )
      const said = { ...ours, DATABASE_URL: "postgres://user:canary-secret@localhost/ours" }
      assert.deepInclude(yield* Programs.run("genesys-worker", args, { env: said, cwd }), { code: 0, stderr: "" })
    })
  )

  it.live("exits with 2 if there is no file, or nothing in it that it knows", () =>
    Effect.gen(function* () {
      const file = join(mkdtempSync(join(tmpdir(), "genesys-worker-")), "worker.yaml")
      assert.include(yield* check(file, env), { code: 2, stdout: "" })
      writeFileSync(file, "jobs: 3")
      const { code, stderr, stdout } = yield* Programs.run("genesys-worker", ["check", "--file", file], { env })
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.match(stderr, /^genesys-worker: [^\n]*worker\.yaml:1: jobs is not valid[^\n]*\n$/)
      assert.strictEqual((yield* InProcess.run(["run", "--once"], env)).code, 2)
      writeFileSync(file, "jobs: [{ name: a, kind: command, every: 1h, command: [./canary-program, canary-secret] }]")
      const { code: missing, error } = yield* check(file, {
        ...env,
        GENESYS_CLOUD_CLIENT_ID: "a",
        GENESYS_CLOUD_CLIENT_SECRET: "b"
      })
      assert.strictEqual(missing, 2)
      assert.match(error!, /^The command of the job a is no program that can be run\. [^\n]*$/)
    })
  )

  it.live("exits with 2 if the official SDK knows no such list, or no such parameter of it", () =>
    Effect.gen(function* () {
      const file = join(mkdtempSync(join(tmpdir(), "genesys-worker-")), "worker.yaml")
      const ours = { GENESYS_CLOUD_CLIENT_ID: "a", GENESYS_CLOUD_CLIENT_SECRET: "b" }
      const run = (list: string) => {
        writeFileSync(file, `jobs: [{ name: a, kind: list, every: 1h, sink: { ndjson: ./copy }, ${list} }]`)
        return check(file, ours)
      }
      const good = yield* run("operation: getRoutingSkillgroups, parameters: { name: x }")
      assert.strictEqual(good.code, 0, good.error)
      for (const [list, why] of [
        ["operation: getRoutingSkilz", /no operation getRoutingSkilz\. Did you mean/],
        ["operation: getRoutingSkills, parameters: { nam: x }", /no parameter "nam"\. Did you mean name/],
        ["operation: getRoutingSkills, parameters: { __proto__: 1 }", /no parameter "__proto__"/],
        ["operation: getOauthClients, key: secret", /secret is never written down/]
      ] as const) {
        const { code, error } = yield* run(list)
        assert.strictEqual(code, 2, list)
        assert.match(error!, /^The job a cannot run\. /)
        assert.match(error!, why)
      }
    })
  )

  it.live("exits with 2 if a command would lack a variable that it is to be given", () =>
    Effect.gen(function* () {
      const file = join(mkdtempSync(join(tmpdir(), "genesys-worker-")), "worker.json")
      const given = { ...env, REPORT_TO: "me" }
      const run = (names: ReadonlyArray<string>) => {
        const job = { name: "a", org: "acme", kind: "command", every: "1h", command: [process.execPath], env: names }
        const orgs = { acme: { clientIdEnv: "ACME_CLIENT_ID", clientSecretEnv: "ACME_CLIENT_SECRET" } }
        writeFileSync(file, JSON.stringify({ orgs, jobs: [job] }))
        return Programs.run("genesys-worker", ["check", "--file", file], { env: given })
      }
      assert.deepInclude(yield* run(["REPORT_TO", "REPORT_NO*", "*"]), { code: 0, stderr: "" })
      for (const [name, said] of [
        ["REPORT_NO", "is not set in the environment. Set it; a file .env does not count. Or take it out of env."],
        ["ACME_CLIENT_SECRET", "is the secret of an org, which no program is given. [^\n]*"]
      ] as const) {
        const { code, stderr, stdout } = yield* run(["REPORT_TO", name])
        assert.deepStrictEqual([code, stdout], [2, ""])
        assert.match(stderr, new RegExp(`^genesys-worker: ${name} in env of the job a ${said}\n$`))
      }
    })
  )
})
