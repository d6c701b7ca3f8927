import { defineConfig } from "vitest/config"

// Tests run from the sources: the condition makes one package see another's `src`, so no build is needed.
export default defineConfig({
  ssr: { resolve: { conditions: ["@effect-genesys/source"] } },
  test: {
    // A process for each worker, not for each file: to load the modules anew took a third of the time.
    isolate: false,
    // Programs that wait, such as the demo, leave the processor to others.
    maxWorkers: 4,
    testTimeout: 240_000,
    // What a test prints is of use only when it fails.
    silent: "passed-only",
    include: ["scripts/test/**/*.test.ts", "packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vitest/results.json" }]]
  }
})
