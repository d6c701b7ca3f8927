/**
 * The code of the pages: what is TypeScript compiles, and what calls one of our programs is an example of its help, which is run with the
 * others, or has flags that the program knows. `PROVE=1`: the latter, and what is Python, is run against the simulator.
 */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { API } from "typescript/unstable/sync"
import { genesys } from "../../apps/cli/src/commands/genesys.ts"
import * as Cli from "../../apps/cli/test/support/Cli.ts"
import { examplesOf } from "../../apps/cli/test/support/examplesOf.ts"
import * as Programs from "../../apps/cli/test/support/Programs.ts"
import { genesysWorker } from "../../apps/worker/src/commands/genesysWorker.ts"
import { helpsOf } from "../../scripts/Manual.ts"
import { files, root } from "../site/Pages.ts"

interface Block {
  readonly file: string
  readonly line: number
  readonly code: string
}

const pages = files().filter((file) => file.startsWith("docs/") && !/^docs\/reference\/(?!index)/.test(file))

const blocks = (language: string): ReadonlyArray<Block> =>
  pages.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
    return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(
      ({ 1: code = "", index }) => ({
        file,
        line: text.slice(0, index).split("\n").length,
        code
      })
    )
  })

// Below the packages that they import.
mkdirSync(join(root, "node_modules/.cache"), { recursive: true })
const folder = mkdtempSync(join(root, "node_modules/.cache/pages-"))

/** What the compiler has against them, by where they stand. */
const faults = (all: ReadonlyArray<Block>): ReadonlyArray<string> => {
  const places = new Map(all.map((block, place) => [join(folder, `block${place}.ts`), block]))
  for (const [path, { code }] of places) writeFileSync(path, `${code}\nexport {}\n`)
  const config = join(folder, "tsconfig.json")
  const compilerOptions = { rootDir: "/", types: ["node"], lib: ["ESNext"] }
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: [], files: [...places.keys()] })
  )
  const api = new API()
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    assert.isDefined(project)
    return [...places].flatMap(([path, { file, line }]) =>
      [...project.program.getSyntacticDiagnostics(path), ...project.program.getSemanticDiagnostics(path)].map(
        ({ text }) => `${file}:${line}: ${text}`
      )
    )
  } finally {
    api.close()
  }
}

describe("the TypeScript of the pages", () => {
  it("compiles, and is found wrong where it does not", () => {
    const all = blocks("ts")
    assert.isAtLeast(all.length, 10)
    const code =
      'import { createClient } from "@effect-genesys/client"\nexport const one = createClient({ clientID: "" })'
    const found = faults([...all, { file: "page.md", line: 7, code }])
    assert.deepStrictEqual(
      found.filter((each) => !each.startsWith("page.md:7: ")),
      []
    )
    assert.lengthOf(found, 1)
    assert.include(found[0], "clientID")
  })
})

/** The lines that call one of our programs, without what only says what they do. */
const calls = blocks("sh").flatMap(({ code, file }) =>
  code
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, call] = /^(?:npx )?(genesys(?:-worker)? .*?)(?:\s{2,}#.*)?$/.exec(line) ?? []
      return call === undefined ? [] : [{ call, file }]
    })
)

const known = new Set([...examplesOf(genesys), ...examplesOf(genesysWorker)])

/** Those that are no example of a help. `ends`: what it says, before it is stopped where it does not end by itself. */
const others: Readonly<Record<string, { readonly prints: RegExp; readonly runs?: true } | "not run">> = {
  "genesys exec --min-life 1h -- python3 report.py": { prints: /^\d+\n$/ },
  'genesys token --header | curl -H @- "$GENESYS_CLOUD_API_URL/api/v2/organizations/me"': { prints: /^\{/ },
  "genesys proxy --port 8123 --secret-file genesys.header": { prints: /the proxy runs/, runs: true },
  "genesys watch --every 10s --email test.user@yourcompany.com": { prints: /Test User/, runs: true },
  // A profile of an org that is not there, and of another region.
  "genesys users list --profile acme --limit 10": "not run",
  'genesys login --profile acme --region eu-central-1 --client-id "$ID" --secret-stdin < secret.txt': "not run",
  "genesys token --profile acme --header | curl -H @- https://api.mypurecloud.de/api/v2/organizations/me": "not run"
}

/** The flags of each command, those that it shares with others included. */
const commands = new Map<string, ReadonlySet<string>>(
  [...(await Effect.runPromise(helpsOf(genesys))), ...(await Effect.runPromise(helpsOf(genesysWorker)))].map(
    ({ flags, globalFlags = [], inheritedFlags = [], usage }) => [
      usage.split(/ [[<]/)[0] ?? usage,
      new Set(
        [...flags, ...inheritedFlags, ...globalFlags].flatMap(({ aliases, name }) => [`--${name}`].concat(aliases))
      )
    ]
  )
)

// What is no command of theirs is none of these.
for (const name of ["genesys", "genesys-worker"]) commands.delete(name)

/** What is wrong with a call. */
const wrongCall = (call: string): ReadonlyArray<string> => {
  const [own = ""] = call.split(/ (?:--(?= )|\||<|>) /)
  const words = own.replaceAll(/'[^']*'|"[^"]*"/g, "x").split(" ")
  const path = words.filter((word) => !word.startsWith("-"))
  const lengths = path.map((_, place) => path.length - place)
  const name = lengths.map((length) => path.slice(0, length).join(" ")).find((each) => commands.has(each))
  if (name === undefined || !own.startsWith(name)) return [`${call}: no such command`]
  return words
    .filter((word) => word.startsWith("--"))
    .filter((word) => !commands.get(name)?.has(word))
    .map((word) => `${call}: ${word} is no flag of ${name}`)
}

const python = spawnSync("python3", ["--version"]).status === 0

/** Python that is run beside a proxy, as its page says, with the header file in its folder. */
const beside = Effect.fnUntraced(function* (code: string) {
  const cwd = Cli.folder()
  // A loop of five rounds, ten seconds apart, shows no more than one.
  writeFileSync(join(cwd, "program.py"), code.replace("range(5)", "range(1)").replace("time.sleep(10)", "pass"))
  const script = [
    "genesys proxy --secret-file genesys.header > proxy.txt 2>&1 & proxy=$!",
    "until grep -q 'http://127' proxy.txt; do sleep 0.2; done",
    "export GENESYS_PROXY=$(grep -o 'http://127[0-9.:]*' proxy.txt | head -n 1)",
    "python3 program.py; code=$?",
    "kill -TERM $proxy; wait $proxy; exit $code"
  ].join("\n")
  return yield* Cli.sh(script, { cwd })
})

describe("the commands of the pages", () => {
  it("are examples of a help, or named here", () => {
    assert.isAbove(calls.length, 30)
    assert.deepStrictEqual(
      calls.filter(({ call }) => !known.has(call) && !(call in others)).map(({ call, file }) => `${file}: ${call}`),
      []
    )
    assert.deepStrictEqual(
      Object.keys(others).filter((call) => !calls.some((each) => each.call === call)),
      []
    )
  })

  it("have flags that their commands know", () => {
    assert.deepStrictEqual(
      calls.flatMap(({ call }) => wrongCall(call)),
      []
    )
    assert.deepStrictEqual(wrongCall("genesys users list --wide --limit 1 | cat --x"), [
      "genesys users list --wide --limit 1 | cat --x: --wide is no flag of genesys users list"
    ])
    assert.deepStrictEqual(wrongCall("genesys user list"), ["genesys user list: no such command"])
  })

  const simulator = Simulator.layer({ rateLimit: { limit: 1_000_000 }, tokenLifetime: 7_200 })
  for (const [call, expected] of Object.entries(others)) {
    if (expected === "not run") continue
    it.live.skipIf(!Programs.isProof || (call.includes("python") && !python))(
      `runs: ${call}`,
      () =>
        Effect.gen(function* () {
          const cwd = Cli.folder()
          writeFileSync(join(cwd, "report.py"), 'import os\nprint(len(os.environ["GENESYS_CLOUD_ACCESS_TOKEN"]))\n')
          const line = call.replace(/--port \d+/, "--port 0")
          const { code, stderr, stdout } = yield* Cli.sh(line, { cwd, until: expected.runs && expected.prints })
          assert.match(stdout + (expected.runs ? stderr : ""), expected.prints, stderr)
          assert.strictEqual(code, expected.runs ? 130 : 0)
        }).pipe(Effect.provide(simulator)),
      120_000
    )
  }

  it.skipIf(!python)("have Python beside them that can be read", () => {
    const input = blocks("python")
      .map(({ code }) => code)
      .join("\n")
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input })
  })

  // That of the SDK needs a package of PyPI.
  for (const { code, file } of blocks("python")) {
    if (code.includes("PureCloudPlatformClientV2")) continue
    it.live.skipIf(!Programs.isProof || !python)(
      `has Python that runs, of ${file}`,
      () =>
        Effect.gen(function* () {
          const { code: ended, stderr, stdout } = yield* beside(code)
          assert.strictEqual(ended, 0, stderr)
          assert.match(stdout, /\d+ users|Test User/)
        }).pipe(Effect.provide(simulator)),
      120_000
    )
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))
