/** Each panel of the dashboard asks PostgreSQL as Grafana would, of an export of a simulated org, and as the role that Grafana has. */
import * as Exporter from "@effect-genesys/export/Exporter"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as PostgresSink from "@effect-genesys/export/PostgresSink"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { DCLinter } from "dclint"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { parse } from "yaml"
import * as Database from "../../packages/export/test/Database.ts"
import * as OverHttp from "../../packages/export/test/OverHttp.ts"
import { Postgres } from "../../packages/export/test/Postgres.ts"

const here = import.meta.dirname
const text = (name: string) => readFileSync(join(here, name), "utf8")

interface Source {
  readonly uid: string
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly datasource: Source
  readonly targets: ReadonlyArray<{
    readonly rawSql: string
    readonly format: "table" | "time_series"
    readonly datasource: Source
  }>
}

interface Dashboard {
  readonly panels: ReadonlyArray<Panel>
  readonly templating: { readonly list: ReadonlyArray<{ readonly name: string; readonly query: string }> }
}

const dashboard: Dashboard = JSON.parse(text("dashboards/queues.json"))

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`

/** What Grafana makes of a query before it asks: its macros, and the variable as a list of texts. */
const expanded = (sql: string, from: string, to: string, queues: ReadonlyArray<string>) =>
  sql
    .replaceAll(/\$__timeFilter\(([^()]+)\)/g, `$1 BETWEEN ${quoted(from)} AND ${quoted(to)}`)
    .replaceAll(
      /\$__timeGroupAlias\(([^(),]+), *'1h'\)/g,
      'to_timestamp(floor(extract(epoch from $1)/3600)*3600) AS "time"'
    )
    .replaceAll("$queue", queues.map(quoted).join(","))

const simulator = Simulator.layer({
  rateLimit: { limit: 1_000_000 },
  users: 40,
  conversationsPerHour: 12,
  jobQueueTime: 0.02,
  jobRunTime: 0.05
})

it.live(
  "each panel has rows, for a role that can read the export and nothing else",
  () =>
    Effect.gen(function* () {
      const service = yield* Simulator
      const url = Redacted.make(yield* (yield* Postgres).database)
      // The role is one of all databases of the server, so here it has a name of its own.
      const own = new URL(Redacted.value(url))
      const reader = `reader_of_${own.pathname.slice(1)}`
      const statements = text("reader.sql")
        .replaceAll(/^--.*\n/gm, "")
        .replaceAll(/\breader\b/g, reader)
        .split(";\n")
      for (const statement of statements.filter((one) => one !== "")) yield* Database.query(url, statement)
      yield* Database.query(url, `ALTER ROLE ${reader} PASSWORD 'secret'`)
      const readerUrl = Redacted.make(Object.assign(own, { username: reader, password: "secret" }).href)

      const day = new Date(yield* service.now).toISOString().slice(0, 10)
      yield* service.advanceClock(30 * 3_600)
      const { conversations, users } = Kinds.first
      yield* Effect.gen(function* () {
        for (const summary of [
          yield* Exporter.run(users, {}),
          yield* Exporter.run(Kinds.lists.queues, {}),
          yield* Exporter.run(Kinds.lists.wrap_up_codes, {}),
          yield* Exporter.run(conversations, { since: day })
        ])
          assert.deepStrictEqual(summary.failed, [])
      }).pipe(Effect.provide(PostgresSink.layerUrl({ url })), Effect.provide(OverHttp.layer(service)))

      const [variable] = dashboard.templating.list
      assert.strictEqual(variable?.name, "queue")
      const names = (yield* Database.query(readerUrl, variable?.query ?? "")).map(({ name }) => String(name))
      assert.isAbove(names.length, 2)
      const now = new Date(yield* service.now).toISOString()
      const ask = (sql: string) => Database.query(readerUrl, expanded(sql, `${day}T00:00:00Z`, now, names))

      assert.isAbove(dashboard.panels.length, 10)
      for (const { targets, title } of dashboard.panels) {
        for (const { format, rawSql } of targets) {
          assert.notMatch(expanded(rawSql, "", "", names), /\$/, title)
          const rows = yield* ask(rawSql)
          assert.isNotEmpty(rows, title)
          if (format === "time_series") {
            assert.isAbove(rows.length, 10, title)
            for (const { time } of rows) assert.instanceOf(time, Date, title)
          }
          for (const row of rows) assert.notInclude(Object.values(row).slice(0, 1), null, title)
          // Something is told besides: not all of a column is null.
          for (const name of Object.keys(rows[0] ?? {}))
            assert.isTrue(
              rows.some((row) => row[name] !== null),
              `${title}: ${name}`
            )
        }
      }

      // What it says first is so.
      let offered = 0
      yield* Stream.runForEach(service.truth(day), ({ participants }) =>
        Effect.sync(() => {
          for (const { sessions } of participants)
            for (const { metrics = [] } of sessions)
              for (const { emitDate, name, value } of metrics)
                if (name === "nOffered" && emitDate.startsWith(day)) offered += value
        })
      )
      assert.isAbove(offered, 50)
      const first = expanded(
        dashboard.panels[0]?.targets[0]?.rawSql ?? "",
        `${day}T00:00:00Z`,
        `${day}T23:59:59Z`,
        names
      )
      assert.strictEqual(Number((yield* Database.query(readerUrl, first))[0]?.["offered"]), offered)

      for (const statement of ["DELETE FROM genesys.users", "CREATE TABLE genesys.mine (a int)"]) {
        yield* Database.query(readerUrl, "SET default_transaction_read_only = off")
        const refused = yield* Effect.exit(Database.query(readerUrl, statement))
        assert.match(JSON.stringify(refused), /"code":"42501"/, statement)
      }
    }).pipe(Effect.provide(Layer.merge(Postgres.layer, simulator))),
  120_000
)

describe("the files of Grafana", () => {
  it("name one source of data, and where the dashboard lies", () => {
    const { datasources } = parse(text("provisioning/datasources/postgres.yaml"))
    const { providers } = parse(text("provisioning/dashboards/files.yaml"))
    const [{ uid, user }] = datasources
    assert.strictEqual(user, "reader")
    for (const { datasource, targets } of dashboard.panels)
      for (const source of [datasource, ...targets.map((target) => target.datasource)])
        assert.strictEqual(source.uid, uid)
    const ids = dashboard.panels.map(({ id }) => id)
    assert.lengthOf(new Set(ids), ids.length)
    const { services } = parse(text("compose.yaml"))
    const mounted: ReadonlyArray<string> = services.grafana.volumes
    assert.include(mounted, `./dashboards:${providers[0].options.path}:ro`)
    assert.include(mounted, "./provisioning:/etc/grafana/provisioning:ro")
  })

  it("have a compose file that the specification takes, whose files are there or are made", () => {
    const orders = [
      "service-keys",
      "services-alphabetical",
      "service-dependencies-alphabetical",
      "top-level-properties"
    ]
    const off = Object.fromEntries(orders.map((name) => [`${name}-order`, 0] as const))
    const rules = { ...off, "require-quotes-in-ports": [2, { quoteType: "double" }] }
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
    const found: ReadonlyArray<{ readonly messages: ReadonlyArray<{ readonly message: string }> }> = linter.lintFiles(
      [join(here, "compose.yaml")],
      false
    )
    assert.deepStrictEqual(
      found.flatMap(({ messages }) => messages.map(({ message }) => message)),
      []
    )
    const compose = parse(text("compose.yaml"))
    const fleet = parse(text("../fleet/compose.yaml"))
    for (const [name, { file }] of Object.entries<{ readonly file: string }>(compose.configs))
      if (!file.includes("/secrets/")) assert.isTrue(existsSync(join(here, file)), name)
    // What the services of the fleet use is declared here, too.
    for (const kind of ["networks", "volumes", "configs", "secrets"])
      assert.includeMembers(Object.keys(compose[kind]), Object.keys(fleet[kind]))
    // Nobody beyond this machine reaches it.
    assert.deepStrictEqual(compose.services.grafana.ports, ["127.0.0.1:3000:3000"])
  })

  it("give the role its password from a file, in no argument", () => {
    const bin = mkdtempSync(join(tmpdir(), "genesys-psql-"))
    writeFileSync(join(bin, "psql"), '#!/bin/sh\necho "$@"\n[ "$8" = "-f" ] || cat\n')
    chmodSync(join(bin, "psql"), 0o755)
    const env = { PATH: `${bin}${delimiter}${process.env["PATH"]}`, POSTGRES_USER: "genesys", POSTGRES_DB: "genesys" }
    const out = execFileSync(join(here, "reader.sh"), { env, encoding: "utf8" })
    const args = "-q -v ON_ERROR_STOP=1 -U genesys -d genesys"
    assert.deepStrictEqual(out.split("\n"), [
      `${args} -f /etc/reader.sql`,
      args,
      "\\set password `cat /run/secrets/reader_password`",
      "ALTER ROLE reader PASSWORD :'password';",
      ""
    ])
  })
})
