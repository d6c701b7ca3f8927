import { defineConfig } from "vitest/config"

// Tests run from the sources: the condition makes one package see another's `src`, so no build is needed.

/** Packages whose tests need no process of their own: several files share one, which loads what they import once. */
const together = ["auth", "client", "core", "export", "program", "sdk", "simulator"]
/** And the tests of a program's parts, which mirror its folders; those beside them start the program itself. */
const parts = ["apps/*/test/{api,calls,export,output,proxy,users,jobs,server,settings,telemetry}/**/*.test.ts"]
/** But simulations of months, which are slower in a process that has run others. */
const long = "{Killed,Simulated*,*.model,Worker*}.test.ts"
const each = [
  "scripts/test/**/*.test.ts",
  "packages/benchmarks/test/**/*.test.ts",
  "apps/*/test/**/*.test.ts",
  `packages/*/test/**/${long}`
]
/** Twenty programs at once want the whole machine: what they do when they have to wait long is right, but not what is tested. */
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
      {
        extends: true,
        test: {
          name: "together",
          include: [...together.map((name) => `packages/${name}/test/**/*.test.ts`), ...parts],
          exclude: [`packages/*/test/**/${long}`],
          isolate: false,
          sequence: { groupOrder: 0 }
        }
      },
      {
        extends: true,
        test: { name: "each", include: each, exclude: [...parts, ...alone], sequence: { groupOrder: 0 } }
      },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } }
    ],
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vitest/results.json" }]]
  }
})
