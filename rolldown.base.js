import { refuseDropped } from "./scripts/Dropped.ts"
import { lazyNode } from "./scripts/LazyNode.ts"
import { narrow } from "./scripts/Narrow.ts"
import { notices } from "./scripts/Notices.ts"

/** How the programs are bundled, with all that they import: reading hundreds of modules is most of a start. */
export const options = {
  platform: "node",
  // The modules of `jsonc-parser` that are not ESM cannot be bundled.
  resolve: { mainFields: ["module", "main"], conditionNames: ["@effect-genesys/source", "import", "node", "default"] },
  transform: {
    define: {
      // `effect/ConfigProvider` asks it for the variables of other bundlers.
      "import.meta.env": "undefined",
      // `ws` would run whatever lies in a folder above under these names, which nobody has declared.
      "process.env.WS_NO_BUFFER_UTIL": '"1"',
      "process.env.WS_NO_UTF_8_VALIDATE": '"1"'
    }
  },
  // Whether Node has a cipher is asked for a layer that most programs leave out.
  treeshake: { manualPureFunctions: ["NodeCrypto.getCiphers"] },
  // A native module, two that find a file beside themselves, and two that are large, rarely needed and perhaps not installed.
  external: ["@napi-rs/keyring", "jq-wasm", "open", "@duckdb/node-api", /^purecloud-platform-client-v2/]
}

/** What is done to the code of a bundle whose licences go with it. */
export const plugins = [narrow(), lazyNode(), refuseDropped(), notices("dist/THIRD-PARTY-NOTICES.txt")]

/**
 * CommonJS, because a module of Node that is imported is loaded whole (`node:http` with the client behind `fetch`), and one that is
 * required only as far as it is used.
 */
export const output = {
  format: "cjs",
  minify: true,
  cleanDir: true,
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name]-[hash].cjs"
}
