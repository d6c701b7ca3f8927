import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

// Tests run from the sources: the condition makes one package see another's `src`, so no build is needed. Several files share a
// process, which loads what they import once.

/** Of the packages that are published, and of what both programs stand on. */
const packages = "packages/{auth,client,core,export,fleet,program,sdk,simulator}/test/**/*.test.ts"
/** Of a program's parts, which mirror its folders. */
const parts = "apps/*/test/*/**/*.test.ts"
const together = [packages, parts, "examples/**/*.test.ts"]
/** What runs a program itself: one of its commands, or all of them. */
const programs = [
  "apps/*/test/**/*.program.test.ts",
  "apps/*/test/*.test.ts",
  "scripts/test/**/*.test.ts",
  "docs/test/**/*.test.ts"
]
/** But simulations of long times, which are slower in a process that has run others, and what looks at its memory. */
const long = "{packages,apps}/*/test/**/{SimulatedMonth,SimulatedWeek,*.model,WorkerM*}.test.ts"
/** What starts programs, databases or many connections, or takes seconds: all else is for each change (`npm run test:fast`). */
const slow = [
  "packages/auth/test/{CredentialsCommand,CredentialsFile,HostileLoginHost,ProcessEnd,SharedToken,SimulatedYear,TokenFile,TokenStore}.test.ts",
  "packages/client/test/{ConversationDetails,HostileAnswers,NotificationHosts,NotificationMishaps,Notifications,Pacing,Packed,Pagination,Pool,ProxyWays,SimulatedDay,TokenPool}.test.ts",
  "packages/core/test/{OwnDirectory,OwnFile,ShellText}.test.ts",
  "packages/export/test/{Access,Allowance,CopyQuery,Exporter,FileSystems,Jobs,Kind,NdjsonSink,OddAnswers,Parquet*,Places,Postgres*,Refusals,Resilience,Sql,Tables,Unended}.test.ts",
  "packages/fleet/test/*.test.ts",
  "packages/sdk/test/{EveryOperation,Process,adopt,readme}.test.ts",
  "packages/simulator/test/{Http,OfficialSdk*,Properties}.test.ts",
  "packages/simulator/test/shaped/OfficialSdk*.test.ts",
  "packages/simulator/test/analytics/{FilterProperties,LivingWorld,Paging}.test.ts",
  "apps/cli/test/{calls,export,proxy,query}/**/*.test.ts",
  "examples/{custom-sink,dashboard,fleet,http-server,lambda,python,script}/*.test.ts",
  "apps/worker/test/{jobs/JobWork,jobs/Jobs,settings/WorkerSettingsFile{Bombs,Path},server/WorkerServer}.test.ts"
]

/**
 * What takes long and waits for most of that, the longest first: a host that is silent, a program that starts, a token that ends. One begins
 * after every few of the others, which leave no processor idle meanwhile, and take theirs from none of these. The others come as
 * vitest has them, by how long they took the last time.
 */
const waiting = [
  "commands/fleetChaos.program",
  "cli/test/namedSources",
  "demo/demo.program",
  "client/test/Notifications",
  "api/longList.program",
  "proxy/proxy.program",
  "commands/fleet.program",
  "cli/test/arguments",
  "cli/test/sources",
  "cli/test/hostileAnswers",
  "proxy/LocalProxyCallers",
  "export/test/Killed",
  "commands/run.program",
  "export/test/Places",
  "client/test/NotificationMishaps",
  "cli/test/flags",
  "cli/test/waits",
  "proxy/LocalProxy",
  "commands/fleetUnits.program",
  "fleet/test/Groups",
  "core/test/ProcessLock",
  "client/test/NotificationHosts",
  "auth/test/TokenStore",
  "export/test/PostgresSink",
  "jobs/jobs.program",
  "auth/test/CredentialsCommand",
  "fleet/test/FleetTokens",
  "export/test/PostgresFence",
  "client/test/Pool",
  "sdk/test/adopt",
  "commands/standby.program",
  "sdk/test/readme",
  "watch/watch.program",
  "auth/test/ProcessEnd",
  "worker/test/signals",
  "client/test/HostileAnswers",
  "deploy/watching",
  "cli/test/hostile",
  "completions/completions.program",
  "python/report",
  "http-server/Server",
  "scripts/test/packages",
  "scripts/test/prepack"
].map((name) => `/${name}.test.ts`)
const rank = ({ moduleId }: TestSpecification) => waiting.findIndex((name) => moduleId.endsWith(name))
class Woven extends BaseSequencer {
  override async sort(files: Array<TestSpecification>) {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the one of the class, and no array's
    const sorted = await super.sort(files)
    const busy = sorted.filter((file) => rank(file) === -1)
    const idle = sorted.filter((file) => rank(file) !== -1).toSorted((one, other) => rank(one) - rank(other))
    const woven = busy.flatMap((file, place) => (place % 5 === 0 ? idle.splice(0, 1).concat(file) : file))
    return [...woven, ...idle]
  }
}

/** Most of what a test calls is called a few times: compiling it well would take longer than running it does. */
const execArgv = ["--always-sparkplug"]

/** `npm run test:fast` */
const isFast = process.env["FAST"] !== undefined

export default defineConfig({
  ssr: { resolve: { conditions: ["@effect-genesys/source"] } },
  test: {
    // More than there are processors, as a rule: what waits leaves its own to others. All of `fast` is busy.
    maxWorkers: isFast ? 4 : 6,
    globalSetup: "scripts/test/temporary.ts",
    testTimeout: 240_000,
    // What a test prints is of use only when it fails.
    silent: "passed-only",
    sequence: { sequencer: Woven },
    projects: isFast
      ? [
          {
            extends: true,
            test: { name: "fast", include: together, exclude: [...slow, ...programs, long], isolate: false, execArgv }
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
              execArgv,
              sequence: { groupOrder: 1 }
            }
          },
          // Before the others: a process that several files share is ended where one of these is the next in turn.
          { extends: true, test: { name: "each", include: [long], sequence: { groupOrder: 0 } } }
        ],
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vitest/results.json" }]]
  }
})
