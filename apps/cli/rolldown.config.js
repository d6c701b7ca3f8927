/** What `genesys` answers at once is a bundle of its own, so that it holds nothing but what that needs. */
import { options, output, plugins } from "../../rolldown.base.js"

const quick = {
  ...options,
  // Nothing of ours or of Effect's does anything when it is loaded, so what is not used can go.
  treeshake: { moduleSideEffects: false, propertyReadSideEffects: false, unknownGlobalSideEffects: false }
}

const apart = {
  name: "apart",
  resolveId: {
    filter: { id: /\/parsed\.ts$/ },
    handler: () => ({ id: "../parsed/parsed.cjs", external: true })
  }
}

export default [
  // The worker is what the demo starts.
  {
    ...options,
    input: { parsed: "src/parsed.ts", worker: "../worker/src/main.ts" },
    plugins,
    output: { ...output, dir: "dist/bundle/parsed" }
  },
  {
    ...quick,
    input: "src/main.ts",
    plugins: [apart, ...plugins],
    output: { ...output, dir: "dist/bundle/quick" }
  }
]
