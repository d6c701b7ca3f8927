/** The manifests and the chart: by the schemas of Kubernetes, by what its strictest profile asks of pods, and by each other. */
import { assert, describe, it } from "@effect/vitest"
import * as WorkerSettingsFile from "../../../apps/worker/src/settings/WorkerSettingsFile.ts"
import * as DurationText from "@effect-genesys/program/DurationText"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Chart from "./Chart.ts"
import * as Dockerfile from "./Dockerfile.ts"
import * as Kubernetes from "./Kubernetes.ts"

const all = Kubernetes.manifests(Kubernetes.files)
const examples = Kubernetes.manifests([readFileSync(join(Kubernetes.folder, "example/secret.yaml"), "utf8")])
const secret = Kubernetes.only(examples, "Secret")
const deployment = Kubernetes.only(all, "Deployment")
const pod = deployment.spec?.template.spec
const container = pod?.containers[0]
const settings = Kubernetes.only(all, "ConfigMap").data?.["worker.yaml"] ?? ""

/** Values of the chart that would be something else in YAML, if they were put there as they are. */
const other = {
  replicas: 5,
  image: { repository: "registry.example.com:5000/genesys/worker", tag: "1.2.3" },
  secret: "other",
  allowHttp: 'simulator:8080", x: "y',
  ipv6: true,
  settings: 'a: "b" # {{ .Values }} \\ ü\n\tc: |\n  d\n',
  terminationGracePeriodSeconds: 120,
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } },
  networkPolicy: { enabled: false }
}

describe("the manifests", () => {
  it("are what Kubernetes takes", () => {
    assert.deepStrictEqual(all.map(({ kind }) => kind).toSorted(), [
      "ConfigMap",
      "Deployment",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
      "ServiceAccount"
    ])
    for (const one of [...all, ...examples]) assert.isUndefined(Kubernetes.faultOf(one), one.kind)
  })

  it("have no field that Kubernetes does not know, and nor has what the chart makes of other values", async () => {
    const unknown = structuredClone(deployment)
    Object.assign(unknown.spec?.template.spec?.containers[0] ?? {}, { redinessProbe: {} })
    const rendered = Kubernetes.manifests(await Chart.rendered(other, "fleet-two"))
    const right = [...all, ...examples, ...rendered]
    const faults = Kubernetes.typeFaults([...right, unknown])
    assert.deepStrictEqual(
      faults.slice(0, -1),
      right.map(() => "")
    )
    assert.include(faults.at(-1), "redinessProbe")
  })

  it("would be refused with a value that is none", () => {
    const wrong = structuredClone(deployment)
    Object.assign(wrong.spec ?? {}, { replicas: "three" })
    assert.include(Kubernetes.faultOf(wrong), "replicas")
  })

  it("start pods that the restricted profile takes, on a root that nobody writes to", () => {
    assert.deepInclude(pod, { automountServiceAccountToken: false })
    assert.deepInclude(pod?.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65_532,
      seccompProfile: { type: "RuntimeDefault" }
    })
    assert.deepStrictEqual(container?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] }
    })
    for (const { name, ...kind } of pod?.volumes ?? []) {
      assert.oneOf(Object.keys(kind)[0], ["configMap", "secret", "emptyDir"], name)
    }
    assert.isTrue(Dockerfile.text.includes(`USER ${pod?.securityContext?.runAsUser}:`))
  })

  it("have settings that a worker takes, and time to end", async () => {
    const parsed = await Effect.runPromise(WorkerSettingsFile.parse("worker.yaml", settings))
    const port = container?.ports?.find(({ name }) => name === "http")?.containerPort
    assert.deepStrictEqual([parsed.http?.port, parsed.http?.host], [port, "0.0.0.0"])
    const drain = Duration.toSeconds(DurationText.spanOf(parsed.drain ?? "20s"))
    // What is handed over after it takes 2 s, and an entity is given 15 s.
    assert.isAtLeast(pod?.terminationGracePeriodSeconds ?? 0, drain + 2 + 15)
  })

  it("give what the settings and the worker look for, and name nothing that is not there", () => {
    const keys = Object.keys(secret.stringData ?? {})
    const refs = (container?.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
    const items = pod?.volumes?.find(({ name }) => name === "secrets")?.secret?.items ?? []
    assert.sameMembers(
      [...refs, ...items].map(({ key }) => key),
      keys
    )
    for (const { name } of refs) assert.strictEqual(name, secret.metadata?.name)
    const mounted = items.map(({ path }) => `/run/secrets/genesys/${path}`)
    for (const [path] of settings.matchAll(/\/run\/secrets\/\S+/g)) assert.include(mounted, path)
    const env = new Map(container?.env?.map(({ name, value }) => [name, value]))
    assert.include(mounted, env.get("PGSSLROOTCERT"))
    for (const [, name = ""] of settings.matchAll(/(?:clientIdEnv|postgres): (\w+)/g))
      assert.isTrue(env.has(name), name)
    assert.strictEqual(env.get("GENESYS_WORKER_CLUSTER_ADDRESS"), "$(POD_IP):34431")
    const names = (container?.env ?? []).map(({ name }) => name)
    assert.isBelow(names.indexOf("POD_IP"), names.indexOf("GENESYS_WORKER_CLUSTER_ADDRESS"))
    const volumes = pod?.volumes?.map(({ name }) => name)
    assert.sameMembers(container?.volumeMounts?.map(({ name }) => name) ?? [], volumes ?? [])
  })

  it("have one name and one set of labels for all that must find each other", () => {
    const labels = deployment.spec?.template.metadata?.labels
    assert.isNotEmpty(labels)
    const selectors = JSON.stringify(all).match(/"(?:matchLabels|selector)":\{"app[^}]*\}/g) ?? []
    assert.strictEqual(selectors.length, 8)
    for (const selector of selectors) assert.deepStrictEqual(JSON.parse(selector.replace(/^"\w+":/, "")), labels)
    for (const { metadata } of all) assert.deepStrictEqual([metadata.name, metadata.labels], ["genesys-worker", labels])
  })

  it("let nobody but the workers to the runners' port, and nobody but Prometheus to the other", () => {
    const policy = Kubernetes.only(all, "NetworkPolicy")
    assert.sameMembers([...(policy.spec?.policyTypes ?? [])], ["Ingress", "Egress"])
    const ways = (policy.spec?.ingress ?? []).map(({ from, ports }) => [
      ports?.map(({ port }) => port),
      from?.map((one) => Object.keys(one))
    ])
    assert.deepStrictEqual(ways, [
      [[34_431], [["podSelector"]]],
      [[9464], [["namespaceSelector"]]]
    ])
    const exposed = Dockerfile.stages()
      .get("worker")
      ?.steps.find((step) => step.getKeyword() === "EXPOSE")
    assert.deepStrictEqual(
      exposed?.getArguments().map((argument) => Number(argument.getValue())),
      container?.ports?.map(({ containerPort }) => containerPort)
    )
  })
})

const sorted = (some: ReadonlyArray<Kubernetes.Manifest>) => some.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))

describe("the chart", () => {
  it("renders the manifests, if nothing is said", async () => {
    assert.isUndefined(Chart.faultOf({}))
    assert.deepStrictEqual(sorted(Kubernetes.manifests(await Chart.rendered())), sorted(all))
  })

  it("has the versions of the packages", () => {
    assert.deepInclude(Chart.metadata, { apiVersion: "v2", name: "genesys-worker" })
    const { version }: { readonly version: string } = JSON.parse(
      readFileSync(join(Chart.folder, "../../../apps/worker/package.json"), "utf8")
    )
    assert.deepStrictEqual([Chart.metadata.version, Chart.metadata.appVersion], [version, version])
  })

  it("renders what is said, also what would be something else in YAML", async () => {
    assert.isUndefined(Chart.faultOf(other))
    const made = Kubernetes.manifests(await Chart.rendered(other, "fleet-two"))
    assert.strictEqual(made.length, all.length - 1)
    for (const one of made) {
      assert.isUndefined(Kubernetes.faultOf(one), one.kind)
      assert.deepStrictEqual(
        [one.metadata.name, one.metadata.labels?.["app.kubernetes.io/instance"]],
        ["fleet-two", "fleet-two"]
      )
    }
    const changed = Kubernetes.only(made, "Deployment")
    assert.strictEqual(changed.spec?.replicas, 5)
    const worker = changed.spec?.template.spec?.containers[0]
    assert.deepInclude(worker, { image: "registry.example.com:5000/genesys/worker:1.2.3" })
    assert.deepInclude(worker?.env ?? [], { name: "GENESYS_CLOUD_ALLOW_HTTP", value: other.allowHttp })
    assert.deepInclude(worker?.env ?? [], { name: "GENESYS_WORKER_CLUSTER_ADDRESS", value: "[$(POD_IP)]:34431" })
    assert.deepInclude(worker?.env ?? [], { name: "GENESYS_WORKER_HOST", value: "::" })
    assert.deepStrictEqual(Kubernetes.only(made, "ConfigMap").data, { "worker.yaml": other.settings })
  })

  it("refuses values that mean nothing", () => {
    for (const wrong of [
      { replica: 3 },
      { replicas: "3" },
      { image: { repository: "" } },
      { image: { name: "x" } },
      { settings: "" },
      { terminationGracePeriodSeconds: 10 },
      { networkPolicy: { databasePort: 0 } }
    ]) {
      assert.isDefined(Chart.faultOf(wrong), JSON.stringify(wrong))
    }
  })
})
