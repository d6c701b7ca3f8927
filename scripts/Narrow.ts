/**
 * What the programs load of packages that run all of themselves when they are imported: only what they need, as the files in `narrow/` say.
 * For bundles alone, whose versions are fixed and tested; a library takes the whole package.
 */
import { fileURLToPath } from "node:url"
import type { Plugin } from "rolldown"

const fileOf = (name: string) => fileURLToPath(new URL(`narrow/${name}.cjs`, import.meta.url))

/** Requires both modules of Node at once, so that a bundler leaves `require` alone; it knows better when they are needed. */
const requiredHttp = /^import \{ ([\w, ]+) \} from "\.\/internal\/http\.js";$/m

export const narrow = (): Plugin => ({
  name: "narrow",
  resolveId: {
    filter: { id: /^(?:undici|ws)$/ },
    // Within the file, the package is meant.
    handler: (name, importer) => (importer === fileOf(name) ? undefined : fileOf(name))
  },
  transform: {
    filter: { id: /[\\/]@effect[\\/]platform-node[\\/]dist[\\/]\w+\.js$/ },
    handler: (code) => {
      const [line, names = ""] = requiredHttp.exec(code) ?? []
      if (line === undefined) return
      const imports = names.split(", ").map((name) => `import * as ${name} from "node:${name}";`)
      return { code: code.replace(line, imports.join(" ")), map: null }
    }
  }
})
