/**
 * What Prometheus and Grafana are told to ask: queries in the grammar of Prometheus, of metrics and labels that a worker has when it
 * is asked. `PROVE=1`: also by `promtool`, where Debian's packages can be had.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { execFileSync, spawnSync } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parse } from "yaml"
import * as Process from "../../../apps/worker/test/support/Process.ts"
import * as Prometheus from "../../../apps/worker/test/support/Prometheus.ts"
import * as Settings from "../../../apps/worker/test/support/Settings.ts"
import { root } from "../../Workspaces.ts"
import * as Metrics from "./Metrics.ts"

const folder = join(root, "deploy/compose")
const text = (name: string) => readFileSync(join(folder, name), "utf8")

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly datasource?: { readonly uid: string }
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: ReadonlyArray<{ readonly expr: string }>
}

interface Dashboard {
  readonly panels: ReadonlyArray<Panel>
  readonly templating: { readonly list: ReadonlyArray<{ readonly name: string; readonly definition: string }> }
}

const dashboard: Dashboard = JSON.parse(text("grafana/dashboards/genesys-worker.json"))
const rules: { readonly groups: ReadonlyArray<{ readonly rules: ReadonlyArray<{ readonly expr: string }> }> } = parse(
  text("rules.yml")
)
const prometheus: {
  readonly rule_files: ReadonlyArray<string>
  readonly scrape_configs: ReadonlyArray<{
    readonly job_name: string
    readonly honor_labels: boolean
    readonly dns_sd_configs: ReadonlyArray<{ readonly names: ReadonlyArray<string>; readonly port: number }>
  }>
} = parse(text("prometheus.yml"))
const compose: {
  readonly services: Readonly<
    Record<
      string,
      { readonly volumes?: ReadonlyArray<string>; readonly configs?: ReadonlyArray<{ readonly target: string }> }
    >
  >
} = parse(readFileSync(join(root, "deploy/compose.yaml"), "utf8"), { merge: true })

const queries = [
  ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
]

let series: ReadonlyMap<string, ReadonlySet<string>>
let families: ReadonlyArray<Prometheus.Family>

/** One that has done its jobs, and whose calls had to wait for their turn. */
beforeAll(
  () =>
    Effect.gen(function* () {
      const at = mkdtempSync(join(tmpdir(), "genesys-metrics-"))
      const file = join(at, "worker.json")
      const jobs = [
        { name: "people", kind: "users", every: "1s", sink: { ndjson: at } },
        { name: "watch", kind: "watch", every: "1s" },
        { name: "live", kind: "events", topics: ["v2.users.{id}.presence"], sink: { ndjson: join(at, "live") } }
      ]
      writeFileSync(file, JSON.stringify({ http: { port: 0 }, jobs }), { mode: 0o600 })
      const worker = yield* Process.start("genesys-worker", ["run", "--file", file], { env: yield* Settings.env })
      const { stderr } = yield* worker.until(/url=http:\/\/127\.0\.0\.1:\d+[\s\S]*worker started/)
      const [, url = ""] = /url=(http:\/\/127\.0\.0\.1:\d+)/.exec(stderr) ?? []
      const ask = Effect.promise(async () => (await fetch(`${url}/metrics`)).text())
      const isWhole = (metrics: string) =>
        /genesys_api_pacing_seconds_bucket/.test(metrics) &&
        /genesys_export_event_gaps_total\{[^}]*job="live"/.test(metrics) &&
        /genesys_job_last_success_timestamp_seconds\{[^}]*job="people"/.test(metrics)
      const metrics = yield* Effect.repeat(Effect.delay(ask, "100 millis"), { until: isWhole }).pipe(
        Effect.timeout("60 seconds")
      )
      families = Prometheus.parse(metrics)
      series = Metrics.seriesOf(families)
      rmSync(at, { recursive: true })
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ rateLimit: { limit: 10, window: 3 } })), Effect.runPromise),
  120_000
)

describe("what is asked of the workers", () => {
  it("is what they have", () => {
    assert.isAbove(queries.length, 25)
    assert.deepStrictEqual(
      queries.flatMap((query) => Metrics.faultsOf(query, series)),
      []
    )
  })

  it("would be found wrong with a name that they have not, or in no grammar", () => {
    assert.deepStrictEqual(Metrics.faultsOf('sum by (orgs) (rate(genesys_api_request_total{organ="a"}[5m]))', series), [
      "There is no genesys_api_request_total."
    ])
    assert.deepStrictEqual(
      Metrics.faultsOf('sum by (orgs) (rate(genesys_api_requests_total{organ="a"}[5m]))', series),
      ["genesys_api_requests_total has no organ.", "genesys_api_requests_total has no orgs."]
    )
    for (const wrong of ["sum(", "rate(a[x])", "a{b=c}", "histogram_quantile(0.95 a)"]) {
      assert.throws(() => Metrics.queryOf(wrong), "is no query")
    }
  })

  it("leaves out nothing that they tell", () => {
    const asked = new Set(queries.flatMap((query) => Metrics.queryOf(query).asked.map(({ metric }) => metric)))
    const missing = families.filter(({ name }) => ![name, `${name}_bucket`].some((one) => asked.has(one)))
    assert.deepStrictEqual(
      missing.map(({ name }) => name),
      []
    )
  })

  it("is asked by the names and at the port that compose gives them, with their own labels kept", () => {
    const [scrape] = prometheus.scrape_configs
    assert.deepInclude(scrape, { job_name: "genesys-worker", honor_labels: true })
    // What the workers call `job` is theirs.
    assert.isTrue(families.some(({ samples }) => samples.some(({ labels }) => labels["job"] === "people")))
    const [found] = scrape?.dns_sd_configs ?? []
    assert.deepInclude(found, { names: ["worker"], port: 9464 })
    assert.property(compose.services, "worker")
    const mounted = compose.services["prometheus"]?.configs?.map(({ target }) => target) ?? []
    for (const file of prometheus.rule_files) assert.include(mounted, `/etc/prometheus/${file}`)
  })
})

describe("the dashboard", () => {
  const source: { readonly datasources: ReadonlyArray<{ readonly uid: string; readonly url: string }> } = parse(
    text("grafana/provisioning/datasources/prometheus.yaml")
  )
  const files: { readonly providers: ReadonlyArray<{ readonly options: { readonly path: string } }> } = parse(
    text("grafana/provisioning/dashboards/files.yaml")
  )

  it("is found by Grafana, and asks the Prometheus that Grafana knows", () => {
    const volumes = compose.services["grafana"]?.volumes ?? []
    assert.include(volumes, "./compose/grafana/provisioning:/etc/grafana/provisioning:ro")
    assert.include(volumes, `./compose/grafana/dashboards:${files.providers[0]?.options.path}:ro`)
    assert.deepInclude(source.datasources[0], { uid: "prometheus", url: "http://prometheus:9090" })
    for (const { datasource, title, type } of dashboard.panels) {
      if (type !== "row") assert.strictEqual(datasource?.uid, source.datasources[0]?.uid, title)
    }
  })

  it("has panels that lie beside each other, each with a number of its own", () => {
    const { panels } = dashboard
    assert.strictEqual(new Set(panels.map(({ id }) => id)).size, panels.length)
    for (const [place, one] of panels.entries()) {
      assert.isAtMost(one.gridPos.x + one.gridPos.w, 24, one.title)
      for (const other of panels.slice(place + 1)) {
        const [a, b] = [one.gridPos, other.gridPos]
        const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
        assert.isTrue(isApart, `${one.title}, ${other.title}`)
      }
    }
  })

  it("has a choice for each variable that its queries use, of a label that there is", () => {
    const names = dashboard.templating.list.map(({ name }) => name)
    const used = queries.flatMap((query) => Array.from(query.matchAll(/\$(\w+)/g), ([, name = ""]) => name))
    assert.sameMembers(
      [...new Set(used)].filter((name) => name !== "__rate_interval"),
      names
    )
    for (const { definition } of dashboard.templating.list) {
      const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? []
      assert.isTrue(series.get(metric)?.has(label), definition)
    }
  })
})

/** Debian's, unpacked and not installed. */
const promtool = (() => {
  if (process.env["PROVE"] === undefined) return undefined
  const at = mkdtempSync(join(tmpdir(), "genesys-promtool-"))
  afterAll(() => rmSync(at, { recursive: true }))
  if (spawnSync("apt-get", ["download", "prometheus"], { cwd: at, timeout: 120_000 }).status !== 0) return undefined
  for (const file of globSync("*.deb", { cwd: at })) execFileSync("dpkg", ["-x", file, at], { cwd: at })
  return join(at, "usr/bin/promtool")
})()

describe.skipIf(promtool === undefined)("promtool", () => {
  it("takes the settings of Prometheus and its rules", () => {
    const check = (kind: string, file: string) =>
      spawnSync(promtool ?? "", ["check", kind, join(folder, file)], { encoding: "utf8" })
    for (const [kind, file] of [
      ["config", "prometheus.yml"],
      ["rules", "rules.yml"]
    ] as const) {
      const { status, stderr, stdout } = check(kind, file)
      assert.strictEqual(status, 0, stderr + stdout)
    }
  })
})
