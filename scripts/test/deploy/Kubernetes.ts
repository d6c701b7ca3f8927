/** The manifests, and what Kubernetes says of their form: its own schemas for values, and the types made of them for names that it does not know. */
import { Deployment, type IDeployment } from "kubernetes-models/apps/v1/Deployment"
import { NetworkPolicy, type INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy"
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget"
import { ConfigMap, type IConfigMap } from "kubernetes-models/v1/ConfigMap"
import { Secret, type ISecret } from "kubernetes-models/v1/Secret"
import { Service } from "kubernetes-models/v1/Service"
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount"
import { spawnSync } from "node:child_process"
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseAllDocuments } from "yaml"
import { root } from "../../Workspaces.ts"

export interface Form {
  readonly apiVersion: string
  readonly kind: string
}

export interface Manifest extends Form {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
}

/** All that a text in YAML says; an error of the text is thrown. */
export const read = (text: string): ReadonlyArray<unknown> =>
  parseAllDocuments(text).map((document) => {
    for (const error of document.errors) throw error
    return document.toJS()
  })

const isManifest = (value: unknown): value is Manifest =>
  typeof value === "object" && value !== null && "kind" in value && "apiVersion" in value && "metadata" in value

export const manifests = (texts: ReadonlyArray<string>): ReadonlyArray<Manifest> =>
  texts.flatMap(read).filter((value) => {
    if (value !== null && value !== undefined && !isManifest(value)) throw new Error("This is no manifest.")
    return isManifest(value)
  })

export const folder = join(root, "deploy/kubernetes")
export const files = globSync("*.yaml", { cwd: folder })
  .toSorted()
  .map((name) => readFileSync(join(folder, name), "utf8"))

/** `apps/v1`, and `networking.k8s.io/v1`; what has no group is `v1`. */
const moduleOf = ({ apiVersion, kind }: Form) => `kubernetes-models/${apiVersion}/${kind}`

/** All that stands in the manifests. */
const models = [ConfigMap, Deployment, NetworkPolicy, PodDisruptionBudget, Secret, Service, ServiceAccount]

/** What is wrong with its values, if something is. */
export const faultOf = (manifest: Form): string | undefined => {
  const Model = models.find(({ kind }) => kind === manifest.kind)
  if (Model === undefined || Model.apiVersion !== manifest.apiVersion) {
    return `There is no ${manifest.kind} of ${manifest.apiVersion}.`
  }
  try {
    Reflect.construct(Model, [manifest]).validate()
    return undefined
  } catch (error) {
    return String(error)
  }
}

/**
 * What the types of Kubernetes say of each, in the compiler's words: a field that nobody knows, or none where one must be. They are
 * asked of all at once, since the compiler takes longer to read the types.
 */
export const typeFaults = (all: ReadonlyArray<Form>): ReadonlyArray<string> => {
  const cache = join(root, "node_modules/.cache")
  mkdirSync(cache, { recursive: true })
  const made = mkdtempSync(join(cache, "kubernetes-"))
  try {
    const written = all.map((manifest, place) => {
      const file = join(made, `m${place}.ts`)
      const type = `import type { I${manifest.kind} as Kind } from "${moduleOf(manifest)}"`
      writeFileSync(file, `${type}\nexport const manifest: Kind = ${JSON.stringify(manifest, undefined, 1)}\n`)
      return file
    })
    const options = [
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "nodenext",
      "--types",
      "",
      "--pretty",
      "false"
    ]
    const { stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--ignoreConfig", ...options, ...written], {
      encoding: "utf8"
    })
    const lines = stdout.split("\n")
    return all.map((_, place) => lines.filter((line) => line.includes(`/m${place}.ts(`)).join("\n"))
  } finally {
    rmSync(made, { recursive: true })
  }
}

export interface Kinds {
  readonly ConfigMap: IConfigMap
  readonly Deployment: IDeployment
  readonly NetworkPolicy: INetworkPolicy
  readonly Secret: ISecret
}

const isKind = <K extends keyof Kinds>(value: unknown, kind: K): value is Kinds[K] =>
  isManifest(value) && value.kind === kind && faultOf(value) === undefined

/** The one of its kind. */
export const only = <K extends keyof Kinds>(all: ReadonlyArray<Manifest>, kind: K): Kinds[K] => {
  const [found, ...more] = all.filter((one) => one.kind === kind)
  if (!isKind(found, kind) || more.length > 0) throw new Error(`There is not one ${kind}, or it is none.`)
  return found
}
