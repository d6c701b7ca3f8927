/** How long whole processes take: `genesys`, as it was built, beside a Node that does nothing. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Measure from "./Measure.ts"
import * as Surroundings from "./Surroundings.ts"

const program = fileURLToPath(
  import.meta.resolve("@effect-genesys/cli/package.json").replace("package.json", "bin/genesys.cjs")
)

const run = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv) =>
  Effect.callback<void>((resume) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resume(error === null ? Effect.void : Effect.die(new Error(`${args.join(" ")}: ${stdout}${stderr}`)))
    )
  })

export const start = Effect.gen(function* () {
  const { clientId, clientSecret, url } = yield* Simulator
  const home = yield* Surroundings.home
  const env = Surroundings.env(home, { url, clientId, secret: Redacted.value(clientSecret) })
  const candidate = (name: string, args: ReadonlyArray<string>, ratio?: number): Measure.Candidate => ({
    name,
    run: Measure.millis(run(args, env)),
    ...(ratio === undefined ? {} : { target: { ratio } })
  })
  const rows = yield* Measure.rounds(
    [
      candidate("node -e 0", ["-e", "0"]),
      candidate("genesys --version", [program, "--version"], 1.3),
      // Those of the warm-up ask for the token, and have Node compile the program.
      candidate("genesys token, stored", [program, "token"], 2.2),
      candidate("genesys --help", [program, "--help"], 2.5),
      candidate("genesys users find", [program, "users", "find", "test.user@yourcompany.com"], 3),
      candidate("genesys api GET users", [program, "api", "GET", "/api/v2/users"], 3)
    ],
    { warmUp: 3, rounds: 15 }
  )
  yield* Measure.print("Start and end of a process", rows, "ms", [
    "Where one misses its aim: two fifths of a call load and run the bodies of modules, those of Effect, of Schema and Node's own of HTTP",
    "among them; the rest makes the commands and services and calls, once, before anything is optimised. The faster Node itself starts,",
    "the greater the ratio. A snapshot of Node would save most of that, and belongs to the very binary that has made it: a package from",
    "npm cannot bring one."
  ])
}).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 86_400 })), Effect.orDie)
