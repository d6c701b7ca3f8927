import { defineConfig } from "vitest/config"

// Tests run from the sources: the condition makes one package see another's `src`, so no build is needed.
const include = ["scripts/test/**/*.test.ts", "packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"]
const alone = ["apps/cli/test/sharing.test.ts"]

export default defineConfig({
  ssr: { resolve: { conditions: ["@effect-genesys/source"] } },
  test: {
    // One more than there are processors, at most: programs that wait, such as the demo, leave theirs to others.
    maxWorkers: 3,
    testTimeout: 240_000,
    // What a test prints is of use only when it fails.
    silent: "passed-only",
    projects: [
      { extends: true, test: { name: "all", include, exclude: alone, sequence: { groupOrder: 0 } } },
      // Twenty programs at once want the whole machine: what they do when they have to wait long is right, but not what is tested.
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } }
    ],
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vitest/results.json" }]]
  }
})
