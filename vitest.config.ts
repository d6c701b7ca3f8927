import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

// Tests run from the sources: the condition makes one package see another's `src`, so no build is needed. Several files share a
// process, which loads what they import once.

/** Of the packages that are published, and of what both programs stand on. */
const packages = "packages/{auth,client,core,export,fleet,program,sdk,simulator}/test/**/*.test.ts"
/** Of a program's parts, which mirror its folders. */
const parts = "apps/*/test/*/**/*.test.ts"
const together = [packages, parts, "examples/*.test.ts"]
/** What runs a program itself: one of its commands, or all of them. */
const programs = ["apps/*/test/**/*.program.test.ts", "apps/*/test/*.test.ts", "scripts/test/**/*.test.ts"]
/** But simulations of long times, which are slower in a process that has run others, and what looks at its memory. */
const long = "{packages,apps}/*/test/**/{SimulatedMonth,SimulatedWeek,*.model,WorkerM*}.test.ts"
/** What starts programs, databases or many connections, or takes seconds: all else is for each change (`npm run test:fast`). */
const slow = [
  "packages/auth/test/{CredentialsCommand,CredentialsFile,HostileLoginHost,ProcessEnd,SharedToken,SimulatedYear,TokenFile,TokenStore}.test.ts",
  "packages/client/test/{ConversationDetails,HostileAnswers,NotificationHosts,NotificationMishaps,Notifications,Pacing,Packed,Pagination,Pool,ProxyWays,SimulatedDay,TokenPool}.test.ts",
  "packages/core/test/{OwnDirectory,OwnFile,ShellText}.test.ts",
  "packages/export/test/{Access,Allowance,Exporter,FileSystems,Jobs,Kind,NdjsonSink,OddAnswers,Places,Postgres*,Refusals,Resilience,Sql,Tables,Unended}.test.ts",
  "packages/fleet/test/*.test.ts",
  "packages/sdk/test/{EveryOperation,Process,adopt,readme}.test.ts",
  "packages/simulator/test/{Http,OfficialSdk*,Properties}.test.ts",
  "packages/simulator/test/analytics/{FilterProperties,LivingWorld,Paging}.test.ts",
  "apps/cli/test/{calls,export,proxy}/**/*.test.ts",
  "apps/worker/test/{jobs/JobWork,jobs/Jobs,settings/WorkerSettingsFile,server/WorkerServer}.test.ts"
]

/**
 * What takes longest from its beginning to its end, most of it waiting: it begins first, so that in the end no processor waits for it. The
 * others come as vitest has them, by how long they took the last time.
 */
const first = [
  "demo/demo.program",
  "test/flags",
  "test/sources",
  "test/namedSources",
  "commands/fleetChaos.program",
  "commands/fleet.program",
  "test/Killed",
  "test/Places",
  "api/longList.program",
  "fleet/test/FleetTokens",
  "test/waits",
  "completions/completions.program",
  "test/hostileAnswers",
  "test/examples",
  "proxy/proxy.program",
  "client/test/HostileAnswers",
  "scripts/test/packages",
  "scripts/test/prepack"
]
const rank = ({ moduleId }: TestSpecification) => {
  const place = first.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
  return place === -1 ? first.length : place
}
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>) {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the one of the class, and no array's
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

/** `npm run test:fast` */
const isFast = process.env["FAST"] !== undefined

export default defineConfig({
  ssr: { resolve: { conditions: ["@effect-genesys/source"] } },
  test: {
    // More than there are processors, at most: what waits, such as for a host that never answers, leaves its own to others.
    maxWorkers: 4,
    globalSetup: "scripts/test/temporary.ts",
    testTimeout: 240_000,
    // What a test prints is of use only when it fails.
    silent: "passed-only",
    sequence: { sequencer: LongestFirst },
    projects: isFast
      ? [
          {
            extends: true,
            test: { name: "fast", include: together, exclude: [...slow, ...programs, long], isolate: false }
          }
        ]
      : [
          {
            extends: true,
            test: {
              name: "together",
              include: [...together, ...programs],
              exclude: [long],
              isolate: false,
              sequence: { groupOrder: 1 }
            }
          },
          // Before the others: a process that several files share is ended where one of these is the next in turn.
          { extends: true, test: { name: "each", include: [long], sequence: { groupOrder: 0 } } }
        ],
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vitest/results.json" }]]
  }
})
