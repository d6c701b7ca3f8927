/**
 * What the programs load of packages that run all of themselves when they are imported: only what they need, as the files in `narrow/` say.
 * For bundles alone, whose versions are fixed and tested; a library takes the whole package.
 */
import { fileURLToPath } from "node:url"
import type { Plugin } from "rolldown"

const fileOf = (name: string) => fileURLToPath(new URL(`narrow/${name}.cjs`, import.meta.url))

/** What a module does at once, in a bundle, and what it may do when it is needed. */
const later: ReadonlyArray<{ readonly module: RegExp; readonly code: RegExp; readonly text: string }> = [
  {
    // It takes Node several milliseconds, and is for text that is not ASCII: of that, each character stands for itself.
    module: /[\\/]effect[\\/]dist[\\/]cli[\\/]CliOutput\.js$/,
    code: /const graphemeSegmenter = \/\*#__PURE__\*\/(new Intl\.Segmenter\(undefined, \{\s*granularity: "grapheme"\s*\}\));/,
    text:
      "let segmenter; const graphemeSegmenter = { segment: (text) => " +
      "/^[ -~]*$/.test(text) ? Array.from(text, (segment) => ({ segment })) : (segmenter ??= $1).segment(text) };"
  },
  {
    // With it comes the HTTP/2 of Node: for hosts that choose it.
    module: /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/,
    code: /const connectH2 = (require\('\.\/client-h2\.js'\))/,
    text: "const connectH2 = (...given) => $1(...given)"
  },
  {
    // All versions of Node that we run on have it.
    module: /[\\/]platform-node-shared[\\/]dist[\\/]NodeHttpCompression\.js$/,
    code: /typeof Zlib\.zstdCompress === "function"/,
    text: "true"
  }
]

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
    filter: {
      id: /[\\/](?:(?:@effect[\\/]platform-node(?:-shared)?|effect)[\\/]dist[\\/][\w\\/]+|undici[\\/]lib[\\/]dispatcher[\\/]client)\.js$/
    },
    handler: (code, id) => {
      const one = later.find(({ module }) => module.test(id))
      if (one !== undefined) {
        if (!one.code.test(code)) throw new Error(`${id} is not what scripts/Narrow.ts knows: look at it again.`)
        return { code: code.replace(one.code, one.text), map: null }
      }
      const [line, names = ""] = requiredHttp.exec(code) ?? []
      if (line === undefined) return
      const imports = names.split(", ").map((name) => `import * as ${name} from "node:${name}";`)
      return { code: code.replace(line, imports.join(" ")), map: null }
    }
  }
})
