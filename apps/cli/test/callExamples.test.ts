/** Every example of the help of the commands that make calls or print results is run as it is written. */
import { assert, describe, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import type * as Command from "effect/cli/Command"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { genesys } from "../src/Genesys.ts"
import * as Cli from "./support/Cli.ts"

const groups = new Set(["api", "users", "queues", "conversations", "notifications", "sdk", "completions"])

const examplesOf = (command: Command.Command.Any): ReadonlyArray<string> => [
  ...command.examples.map(({ command: line }) => line),
  ...command.subcommands.flatMap(({ commands }) => commands).flatMap(examplesOf)
]

const examples = genesys.subcommands
  .flatMap(({ commands }) => commands)
  .filter(({ name }) => groups.has(name))
  .flatMap(examplesOf)

const cwd = Cli.folder()
const search = '{"query":[{"type":"EXACT","fields":["email"],"value":"test.user@yourcompany.com"}]}'
writeFileSync(join(cwd, "search.json"), search)
mkdirSync(join(cwd, "searches"))
writeFileSync(join(cwd, "searches", "1.json"), search)

const simulator = Simulator.layer({ rateLimit: "off", conversationsPerHour: 10, jobQueueTime: 0, jobRunTime: 0 })

describe("the examples of the help", () => {
  layer(simulator, { excludeTestServices: true })((it) => {
    for (const line of examples) {
      it.effect(
        line,
        () =>
          Effect.gen(function* () {
            if (!line.includes("--force")) rmSync(join(cwd, "november-3.ndjson"), { force: true })
            const listens = line.includes(" listen ")
            const { code, stderr, stdout } = yield* Cli.sh(line, { cwd, until: listens ? /"Listening"/ : undefined })
            assert.deepStrictEqual([code, stderr], [listens ? 130 : 0, ""])
            assert.strictEqual(stdout === "", line.includes(" export "))
          }),
        240_000
      )
    }
  })
})
