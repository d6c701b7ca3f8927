import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Path from "effect/Path"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { type CommandOptions, Credentials } from "../src/Credentials.ts"
import type { Grant } from "../src/Grant.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

// Every secret in this file, and nothing else, has this word in it.
const canary = "canary"

class World extends Context.Service<
  World,
  {
    readonly lines: Array<string>
    /** When each run of a program was started, in seconds of the test clock. */
    readonly started: Array<number>
    readonly pids: Array<number>
    /** How many runs have come to their end, with all that belongs to them. */
    readonly ended: () => number
    /** What the program does from now on: the body of a script. */
    readonly program: (script: string) => Effect.Effect<void>
    readonly options: CommandOptions
  }
>()("test/World") {}

/** Programs are scripts of the shell, which starts in a tenth of the time that Node takes. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
const js = (script: string) => `exec ${quoted(process.execPath)} -e ${quoted(script)} -- "$@"`
const printText = (text: string) => `printf %s ${quoted(text)}`
const print = (answer: unknown) => printText(JSON.stringify(answer))
const answer = (secret: string, more = {}) => ({ Version: 1, ClientId: "an-id", ClientSecret: secret, ...more })

/** A test with a real program in a folder of its own, after which no line of the log may hold a secret. */
const withProgram = (
  name: string,
  script: string,
  body: Effect.Effect<void, unknown, World | ChildProcessSpawner | Scope.Scope>
) =>
  it.effect(name, () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const spawner = yield* ChildProcessSpawner
      const file = path.join(yield* fs.makeTempDirectoryScoped(), "program.sh")
      const program = (text: string) => Effect.orDie(fs.writeFileString(file, text))
      yield* program(script)
      let ended = 0
      const world: World["Service"] = {
        lines: [],
        started: [],
        pids: [],
        ended: () => ended,
        program,
        options: { command: "/bin/sh", args: [file, "canary-argument"] }
      }
      const watched = ChildProcessSpawner.of({
        ...spawner,
        spawn: Effect.fnUntraced(function* (command) {
          world.started.push((yield* Clock.currentTimeMillis) / 1000)
          yield* Effect.addFinalizer(() => Effect.sync(() => ended++))
          const handle = yield* spawner.spawn(command)
          world.pids.push(handle.pid)
          return handle
        })
      })
      const logger = Logger.make((line) => {
        world.lines.push(JSON.stringify(Logger.formatStructured.log(line)))
      })
      yield* body.pipe(
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(World, world),
        Effect.provideService(ChildProcessSpawner, watched)
      )
      assert.notInclude(world.lines.join("\n"), canary)
    }).pipe(Effect.provide(NodeServices.layer))
  )

/** Waits in real time, which the programs take, while the test clock stands still. */
const until = (condition: () => boolean) =>
  TestClock.withLive(
    Effect.gen(function* () {
      for (let i = 0; i < 800; i++) {
        yield* Effect.sleep("10 millis")
        if (condition()) return
      }
      assert.fail("it never happened")
    })
  )

const ended = (runs: number) => World.use((world) => until(() => world.ended() === runs))

const secretOf = (grant: Grant) => {
  assert(grant._tag === "ClientCredentials")
  return Redacted.value(grant.clientSecret)
}

const start = Effect.fnUntraced(function* (options: Partial<CommandOptions> = {}) {
  const world = yield* World
  const layer = Credentials.layerCommand({ ...world.options, ...options })
  const { changes, current } = Context.get(yield* Layer.build(layer), Credentials)
  const changed: Array<string> = []
  yield* Effect.forkScoped(
    Stream.runForEach(changes, (grant) => Effect.sync(() => changed.push(secretOf(grant)))),
    { startImmediately: true }
  )
  return { changed, current, secret: Effect.map(current, secretOf) }
})

const warnings = World.use(({ lines }) => Effect.sync(() => lines.filter((line) => line.includes(`"WARN"`))))

const assertSafe = (error: ConfigurationError) => {
  for (const text of [error.message, JSON.stringify(error), String(error), inspect(error, { depth: 9 })]) {
    assert.notInclude(text, canary)
  }
}

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Prints a secret too, and more of it on standard error. */
const leaky = "printf canary-out; printf canary-err >&2"
const hang = "exec sleep 1000"

describe("Credentials.layerCommand, at the start", () => {
  withProgram(
    "takes what the program prints",
    print(answer("canary-1", { Expiration: null, SessionToken: "ignored" })),
    Effect.gen(function* () {
      const { current } = yield* start()
      const grant = yield* current
      assert.strictEqual(grant.clientId, "an-id")
      assert.strictEqual(secretOf(grant), "canary-1")
    })
  )

  withProgram(
    "gives it the arguments as they are, and the environment with what is added to it",
    js(`const { PATH, ADDED } = process.env
     const ClientSecret = process.argv.slice(1).join("/") + "/" + ADDED + "/" + (PATH !== undefined)
     process.stdout.write(JSON.stringify({ Version: 1, ClientId: "an-id", ClientSecret }))`),
    Effect.gen(function* () {
      const { args } = (yield* World).options
      const { secret } = yield* start({
        args: [...args!, "$(id);'\"", "*"],
        env: { ADDED: Redacted.make("canary-added") }
      })
      assert.strictEqual(yield* secret, `canary-argument/$(id);'"/*/canary-added/true`)
    })
  )

  const canaries = {
    CANARY_DATABASE_URL: "canary-1",
    CANARY_AWS_A: "canary-2",
    CANARY_AWS_B: "canary-3",
    LC_CANARY: "canary-4",
    HTTP_PROXY: "http://canary-5@proxy.invalid"
  }
  withProgram(
    "hands on what programs need and what passEnv names, and no more of the environment",
    js(`const names = ${JSON.stringify(["PATH", "LC_TIME", "ADDED", "GONE", ...Object.keys(canaries)])}
     const ClientSecret = names.filter((name) => process.env[name] !== undefined).join("/")
     process.stdout.write(JSON.stringify({ Version: 1, ClientId: "an-id", ClientSecret }))`),
    Effect.gen(function* () {
      const { lines } = yield* World
      for (const [name, value] of Object.entries({ ...canaries, LC_TIME: "C", GONE: "canary-6" }))
        vi.stubEnv(name, value)
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.unstubAllEnvs()))
      const given = Effect.fnUntraced(function* (options: Partial<CommandOptions>) {
        return yield* (yield* start(options)).secret
      }, Effect.scoped)
      assert.strictEqual(yield* given({}), "PATH/LC_TIME")
      assert.match(lines.join("\n"), /HTTP_PROXY may hold a password or a token, .* name it in passEnv/)
      const passEnv = ["CANARY_DATABASE_URL", "CANARY_AWS_*", "HTTP_PROXY", "CANARY_NOPE"]
      assert.strictEqual(
        yield* given({ passEnv, env: { ADDED: "1" } }),
        "PATH/LC_TIME/ADDED/CANARY_DATABASE_URL/CANARY_AWS_A/CANARY_AWS_B/HTTP_PROXY"
      )
      assert.strictEqual(
        yield* given({ passEnv: ["*"], env: { GONE: undefined, LC_TIME: undefined } }),
        ["PATH", ...Object.keys(canaries)].join("/")
      )
    })
  )

  withProgram(
    "does not wait for what the program leaves running, and ends it",
    `sleep 1000 &
     printf '{"Version":1,"ClientId":"%s","ClientSecret":"canary-1"}' $!`,
    Effect.gen(function* () {
      const { current } = yield* start()
      const { clientId } = yield* current
      yield* until(() => !isRunning(Number(clientId)))
    })
  )

  for (const [what, script, said] of [
    ["fails", `${leaky}; exit 42`, "exited with code 42"],
    ["fails after it printed credentials", `${print(answer("canary-1"))}; exit 1`, "exited with code 1"],
    ["dies of a signal", `${leaky}; kill -KILL $$`, "was ended by a signal"],
    ["prints nothing", "", "printed something else"],
    [
      "prints UTF-16",
      `printf '${'{"Version":1}'.replaceAll(/./g, String.raw`$&\0`)}'`,
      "printed what is text in UTF-16"
    ],
    ["prints no JSON", leaky, "printed something else"],
    ["prints half of it", printText('{"Version":1,"ClientSecret":"canary'), "printed something else"],
    ["prints a JSON string", printText('"canary"'), "printed something else"],
    ["prints another version", print({ ...answer("canary-1"), Version: 2 }), "Version"],
    ["prints no version", print({ ...answer("canary-1"), Version: undefined }), "Version"],
    ["prints no id", print({ ...answer("canary-1"), ClientId: undefined }), "ClientId"],
    ["prints an id with a colon", print({ ...answer("canary-1"), ClientId: "canary:1" }), "ClientId"],
    ["prints an empty secret", print(answer("")), "ClientSecret"],
    ["prints a secret of two words", print(answer("canary 1")), "ClientSecret"],
    [
      "prints a day that does not exist",
      print(answer("canary-1", { Expiration: "2026-02-30T00:00:00Z" })),
      "Expiration"
    ],
    ["prints a date that is none", print(answer("canary-1", { Expiration: "canary" })), "Expiration"],
    ["prints too much", `yes canary | head -c 120000; ${hang}`, "more than 64 KiB"]
  ] as const) {
    withProgram(
      `names the program, and what it should print, when it ${what}`,
      script,
      Effect.gen(function* () {
        const error = yield* Effect.flip(start())
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.include(error.message, "The program /bin/sh ")
        assert.include(error.message, said)
        assert.include(error.message, `{"Version": 1, "ClientId": `)
        assertSafe(error)
      })
    )
  }

  for (const [what, command] of [
    ["is not there", "/nowhere/no-such-program"],
    ["is a folder", "/tmp"],
    ["has no name", ""],
    ["has a name that no program can have", "a\0b"]
  ] as const) {
    withProgram(
      `names the program when it ${what}`,
      "",
      Effect.gen(function* () {
        const error = yield* Effect.flip(start({ command }))
        assert.include(error.message, `The program ${command} `)
        assertSafe(error)
      })
    )
  }

  withProgram(
    "kills a program that takes too long, even one that does not want to end",
    `trap "" TERM; ${leaky}; ${hang}`,
    Effect.gen(function* () {
      const { pids } = yield* World
      const fiber = yield* Effect.forkChild(Effect.flip(start()))
      yield* until(() => pids.length === 1)
      // Long enough for the program to have said what it does with the signal.
      yield* TestClock.withLive(Effect.sleep("300 millis"))
      yield* TestClock.adjust("29 seconds")
      assert.isTrue(isRunning(pids[0]!))
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(fiber)
      assert.include(error.message, "30s")
      assertSafe(error)
      assert.isFalse(isRunning(pids[0]!))
    })
  )
})

describe("Credentials.layerCommand", () => {
  withProgram(
    "runs it again every refreshInterval, and tells of a change only",
    print(answer("canary-1")),
    Effect.gen(function* () {
      const { program, started } = yield* World
      const { changed, secret } = yield* start()
      yield* TestClock.adjust("299 seconds")
      assert.deepStrictEqual(started, [0])
      yield* TestClock.adjust("1 second")
      yield* ended(2)
      yield* program(print(answer("canary-2")))
      yield* TestClock.adjust("5 minutes")
      yield* ended(3)
      assert.strictEqual(yield* secret, "canary-2")
      assert.deepStrictEqual(changed, ["canary-2"])
      assert.deepStrictEqual(started, [0, 300, 600])
    })
  )

  for (const [lifetime, expected] of [
    [3600, 3540],
    [100, 90]
  ] as const) {
    withProgram(
      `runs it again before an expiration in ${lifetime} seconds`,
      print(answer("canary-1", { Expiration: new Date(lifetime * 1000).toISOString() })),
      Effect.gen(function* () {
        const { program, started } = yield* World
        const { secret } = yield* start()
        yield* TestClock.adjust(`${expected - 1} seconds`)
        assert.deepStrictEqual(started, [0])
        yield* program(print(answer("canary-2")))
        yield* TestClock.adjust("1 second")
        yield* ended(2)
        assert.deepStrictEqual(started, [0, expected])
        assert.strictEqual(yield* secret, "canary-2")
      })
    )
  }

  withProgram(
    "keeps the last good credentials when it fails, warns once, and tries again with growing pauses",
    print(answer("canary-1")),
    Effect.gen(function* () {
      const { lines, program, started } = yield* World
      const { changed, secret } = yield* start({ refreshInterval: "10 seconds" })
      yield* program(`${leaky}; exit 3`)
      let runs = 1
      for (const pause of [10, 1, 2, 4, 8, 10, 10]) {
        yield* TestClock.adjust(`${pause} seconds`)
        yield* ended(++runs)
      }
      assert.deepStrictEqual(started, [0, 10, 11, 13, 17, 25, 35, 45])
      const [warning, ...others] = yield* warnings
      assert.include(warning, "exited with code 3")
      assert.deepStrictEqual(others, [])
      assert.strictEqual(yield* secret, "canary-1")

      yield* program(print(answer("canary-2")))
      yield* TestClock.adjust("10 seconds")
      yield* ended(++runs)
      assert.deepStrictEqual(changed, ["canary-2"])
      assert.isTrue(lines.some((line) => line.includes("credentials.readable")))

      yield* program(leaky)
      yield* TestClock.adjust("10 seconds")
      yield* ended(++runs)
      yield* TestClock.adjust("1 second")
      yield* ended(++runs)
      assert.strictEqual((yield* warnings).length, 2)
      assert.strictEqual(yield* secret, "canary-2")
    })
  )

  withProgram(
    "takes credentials that have expired, but warns and asks again with growing pauses",
    print(answer("canary-1", { Expiration: "1969-12-31T23:59:59Z" })),
    Effect.gen(function* () {
      const { started } = yield* World
      const { secret } = yield* start()
      assert.strictEqual(yield* secret, "canary-1")
      let runs = 1
      for (const pause of [1, 2, 4]) {
        yield* TestClock.adjust(`${pause} seconds`)
        yield* ended(++runs)
      }
      assert.deepStrictEqual(started, [0, 1, 3, 7])
      assert.strictEqual((yield* warnings).length, 1)
    })
  )

  withProgram(
    "ends a run that takes too long, and keeps the last good credentials",
    print(answer("canary-1")),
    Effect.gen(function* () {
      const { pids, program } = yield* World
      const { secret } = yield* start({ timeout: "5 seconds" })
      yield* program(hang)
      yield* TestClock.adjust("5 minutes")
      yield* until(() => pids.length === 2)
      yield* TestClock.adjust("5 seconds")
      yield* ended(2)
      assert.isFalse(isRunning(pids[1]!))
      assert.include((yield* warnings)[0], "did not end within 5s")
      assert.strictEqual(yield* secret, "canary-1")
    })
  )

  withProgram(
    "ends its program when the layer is closed, and runs it no more",
    print(answer("canary-1")),
    Effect.gen(function* () {
      const { pids, program } = yield* World
      const scope = yield* Scope.make()
      yield* Effect.provideService(start(), Scope.Scope, scope)
      yield* program(hang)
      yield* TestClock.adjust("5 minutes")
      yield* until(() => pids.length === 2)
      assert.isTrue(isRunning(pids[1]!))
      yield* Scope.close(scope, Exit.void)
      assert.isFalse(isRunning(pids[1]!))
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(pids.length, 2)
      assert.deepStrictEqual(yield* warnings, [])
    })
  )

  withProgram(
    "and a token manager make one request for a changed secret, which ends a refusal",
    print(answer("canary-1")),
    Effect.gen(function* () {
      const { options, program } = yield* World
      const spawner = Layer.succeed(ChildProcessSpawner, yield* ChildProcessSpawner)
      yield* Effect.gen(function* () {
        const host = yield* Host.LoginHost
        const manager = yield* TokenManager
        yield* host.answer(Host.refuse)
        assert.strictEqual((yield* Effect.flip(manager.token))._tag, "AuthenticationError")
        yield* TestClock.adjust("10 seconds")
        yield* ended(2)
        assert.strictEqual(yield* host.requests, 1)
        yield* host.answer(Host.issue())
        yield* program(print(answer("canary-2")))
        yield* TestClock.adjust("10 seconds")
        yield* ended(3)
        assert.strictEqual(Redacted.value((yield* manager.token).value), "token-2")
        assert.strictEqual(yield* host.requests, 2)
      }).pipe(
        Effect.provide(
          Host.managerWith(
            Credentials.layerCommand({ ...options, refreshInterval: "10 seconds" }).pipe(
              Layer.orDie,
              Layer.provide(spawner)
            )
          )
        )
      )
    })
  )
})
