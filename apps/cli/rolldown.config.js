/** What `genesys` answers at once is a bundle of its own, so that it holds nothing but what that needs. */
import { options, output } from "../../rolldown.base.js"

const parser = {
  name: "parser",
  resolveId: { filter: { id: /\/parsed\.ts$/ }, handler: () => ({ id: "../parsed/parsed.js", external: true }) }
}

export default [
  { ...options, input: "src/parsed.ts", output: { ...output, dir: "dist/bundle/parsed" } },
  {
    ...options,
    input: "src/main.ts",
    plugins: [parser],
    // Nothing of ours or of Effect's does anything when it is loaded, so what is not used can go.
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false, unknownGlobalSideEffects: false },
    output: {
      ...output,
      dir: "dist/bundle/quick",
      // A module of Node that is imported is loaded whole; one that is required, only as far as it is used.
      format: "cjs",
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name]-[hash].cjs"
    }
  }
]
