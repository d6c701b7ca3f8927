/** Makes a bundle that needs nothing but Node: all in one file, and what cannot be in it is missing in the way that our programs know. */
import type { Plugin } from "rolldown"
import { join } from "node:path"
import { root } from "../Workspaces.ts"

/** Two native modules, one that finds a file beside itself, and one that is not ours to pass on. */
const left = /^(?:@duckdb\/node-api|@napi-rs\/keyring|open|purecloud-platform-client-v2)(?:\/|$)/

const absent = (name: string) =>
  `throw Object.assign(new Error(${JSON.stringify(`${name} is not in the single-file executable`)}), { code: "MODULE_NOT_FOUND" })`

/** What is looked for by `require` would be looked for in the folders above the executable, which anybody may have filled. */
const nodeModule = `
const real = require("node:module")
const missing = (name) => {
  throw Object.assign(new Error(name + " is not in the single-file executable"), { code: "MODULE_NOT_FOUND" })
}
const own = (name) => (real.isBuiltin(name) ? require(name) : missing(name))
own.resolve = (name) => (real.isBuiltin(name) ? name : missing(name))
own.cache = {}
module.exports = { ...real, createRequire: () => own }`

/** What the worker's program loads when it is installed, and of what that is made. */
const ofWorker: ReadonlyMap<string, string> = new Map([
  ["../dist/bundle/main.cjs", "apps/worker/src/main.ts"],
  ["../dist/bundle/smallHeap.cjs", "packages/export/src/SmallHeap.ts"]
])

export const alone = (): Plugin => ({
  name: "alone",
  resolveId: (id, importer) => {
    if (left.test(id)) return `\0absent:${id}`
    if (id === "jq-wasm") return join(root, "node_modules/jq-wasm/dist/inline.cjs")
    if ((id === "node:module" || id === "module") && importer !== "\0node:module") return "\0node:module"
    const source = importer?.endsWith("genesys-worker.cjs") === true ? ofWorker.get(id) : undefined
    return source === undefined ? undefined : join(root, source)
  },
  load: (id) => {
    if (id === "\0node:module") return { code: nodeModule, moduleType: "js" }
    return id.startsWith("\0absent:") ? { code: absent(id.slice("\0absent:".length)), moduleType: "js" } : undefined
  }
})
