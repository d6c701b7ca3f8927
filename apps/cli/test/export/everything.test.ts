/** `genesys export everything`: all that is permitted, in one place; what is not is told, and one that fails costs the others nothing. */
import { assert, layer } from "@effect/vitest"
import * as Everything from "@effect-genesys/export/Everything"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Cli from "../support/Cli.ts"
import * as InProcess from "../support/InProcess.ts"

const permissions = ["analytics:conversationDetail:view", "directory:user:view", "routing:queue:view"]

layer(
  Simulator.layer({
    rateLimit: { limit: 1_000_000 },
    users: 12,
    conversationsPerHour: 2,
    jobQueueTime: 0.05,
    jobRunTime: 0.1,
    clients: [{ id: "some", secret: Redacted.make("secret"), permissions }]
  }),
  { excludeTestServices: true }
)("genesys export everything", ({ effect }) => {
  effect(
    "fills a directory, what happened first",
    () =>
      Effect.gen(function* () {
        const { addFault, clearFaults, now } = yield* Simulator
        const directory = join(Cli.folder(), "copy/")
        const day = new Date((yield* now) - 2 * 86_400_000).toISOString().slice(0, 10)
        const env = yield* InProcess.simulated
        const run = InProcess.run(["export", "everything", "--interval", day, "--out", directory], env)
        yield* addFault({ path: "/api/v2/routing/languages", status: 400 })
        const once = yield* run
        assert.strictEqual(once.code, 1, once.stderr)
        assert.match(once.stderr, /^languages: failed\. /m)
        assert.match(once.stderr, /^roles: skipped\. .*authorization:role:view/m)
        yield* clearFaults
        const again = yield* run
        assert.strictEqual(again.code, 0, again.stderr)
        const skipped = [...again.stderr.matchAll(/^(\w+): skipped\. /gm)].map(([, name = ""]) => name)
        const { partitions } = JSON.parse(readFileSync(join(directory, "checkpoint.json"), "utf8"))
        const there = Object.keys(partitions).map((name) => name.replace(/\/.*/, ""))
        assert.sameMembers([...new Set(there), ...skipped], [...Everything.parts])
        assert.includeMembers(there, ["conversations", "users", "queues", "queue_members", "languages"])
        // Of a role that permits nothing, there is no copy.
        yield* addFault({ path: "/api/v2/", status: 403 })
        const nothing = join(Cli.folder(), "nothing/")
        const refused = yield* InProcess.run(["export", "everything", "--interval", day, "--out", nothing], env)
        assert.strictEqual(refused.code, 4, refused.stderr)
      }),
    120_000
  )
})
