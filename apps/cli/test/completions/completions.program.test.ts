/** What shells complete, and what that costs them at their start. `PROVE=1`: in fish and zsh, too, of whose scripts else only the text is looked at. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Cli from "../support/Cli.ts"
import * as InProcess from "../support/InProcess.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 240_000
const hasNo = (shell: string) => spawnSync(shell, ["--version"]).status !== 0

/** A folder with a file and a folder in it, as somebody has it who completes a path. */
const workplace = () => {
  const cwd = Cli.folder()
  writeFileSync(join(cwd, "search.json"), "{}")
  mkdirSync(join(cwd, "searches"))
  return cwd
}

describe("what a shell reads at its start", () => {
  for (const shell of ["bash", "zsh"]) {
    it.effect(`is a few lines for ${shell}, and the whole only where it is asked for`, () =>
      Effect.gen(function* () {
        const stub = yield* InProcess.run(["completions", shell])
        assert.deepStrictEqual([stub.code, stub.stderr], [0, ""])
        assert.isBelow(stub.stdout.length, 600)
        const whole = yield* InProcess.run(["completions", shell, "--whole"])
        assert.include(whole.stdout, "_genesys_users_list")
        // Neither the names of thousands of operations nor those of profiles are in it.
        assert.notInclude(whole.stdout, "getUsersMe")
        assert.notMatch(whole.stdout, /@(?:operations|profiles)@/)
        assert.include(whole.stdout, "$(command genesys completions operations 2>/dev/null)")
        assert.include(whole.stdout, "$(command genesys completions profiles 2>/dev/null)")
      })
    )
  }

  it.effect("asks for no name of an operation, and gets all when one is completed", () =>
    Effect.gen(function* () {
      const { stdout } = yield* InProcess.run(["completions", "operations"])
      const names = stdout.trim().split("\n")
      assert.isAbove(names.length, 3_000)
      assert.include(names, "getUsersMe")
      assert.include(names, "AIStudioApi.getAgenticVirtualagentJob")
      const fish = yield* InProcess.run(["completions", "fish"])
      assert.include(fish.stdout, "-a '(command genesys completions operations 2>/dev/null)'")
      assert.notInclude(fish.stdout, "getUsersMe")
    })
  )
})

describe("a shell completes", () => {
  it.effect(
    "in bash: commands, flags, regions, operations, profiles, and files where they belong",
    () =>
      Effect.gen(function* () {
        const lines = [
          ["genesys sdk call getUsersM", 3],
          ["genesys sdk call AIStudioApi.getAgenticVirtualagentJ", 3],
          ["genesys api --outp", 2],
          ["genesys users list --region us-e", 4],
          ["genesys users export --out sear", 4],
          ["genesys api POST users/search --input sear", 5],
          ["genesys exec -- sear", 3],
          ["genesys conversations query --media vo", 4],
          ["genesys sdk call postUsersSearch --done sear", 5],
          ["genesys users export --out = sear", 5],
          ["genesys users list --region = us-e", 5]
        ] as const
        const { code, stderr, stdout } = yield* Cli.sh(
          `source <(genesys completions bash); complete_() { COMP_WORDS=($1); COMP_CWORD=$2; COMP_LINE=\${1// = /=}; ` +
            `_genesys genesys "\${COMP_WORDS[$2]}" "\${COMP_WORDS[$2-1]}"; echo "\${COMPREPLY[@]}"; }; ` +
            lines.map(([line, at]) => `complete_ "${line}" ${at}`).join("; "),
          { cwd: workplace() }
        )
        const files = "search.json searches"
        const expected = [
          "getUsersMe getUsersMeVerifiers",
          "AIStudioApi.getAgenticVirtualagentJob",
          "--output",
          "us-east-1 us-east-2",
          files,
          files,
          files,
          "voice",
          files,
          files,
          "us-east-1 us-east-2"
        ]
        const sorted = stdout.split("\n").map((line) => line.split(" ").toSorted().join(" "))
        assert.deepStrictEqual([code, stderr, sorted], [0, "", [...expected, ""]])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.effect.skipIf(!isProof || hasNo("fish"))(
    "in fish, too",
    () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* Cli.sh(
          `genesys completions fish > genesys.fish; fish --no-config -c 'source genesys.fish; for line in "genesys sdk call getUsersM" ` +
            `"genesys api --outp" "genesys users li" "genesys users list --region us-e" "genesys users export --out sear" "genesys exec -- sear"; ` +
            `complete -C $line; end' | cut -f1`,
          { cwd: workplace() }
        )
        const found = ["getUsersMe", "getUsersMeVerifiers", "--output", "list", "us-east-1", "us-east-2"]
        const files = ["search.json", "searches/"]
        assert.deepStrictEqual([code, stderr, stdout.trim().split("\n")], [0, "", [...found, ...files, ...files]])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.effect.skipIf(!isProof || hasNo("zsh"))(
    "in zsh, whose stub loads the whole at the first Tab",
    () =>
      Effect.gen(function* () {
        // Compsys needs a terminal: what its functions are given is looked at in its place.
        const { code, stderr, stdout } = yield* Cli.sh(
          `genesys completions zsh > stub; genesys completions zsh --whole > whole; zsh -fn stub && zsh -fn whole && ` +
            `zsh -fc 'compdef() { :; }; _arguments() { print -rl -- "$@"; }; source ./stub; _genesys >/dev/null; _genesys_users_export'`,
          { cwd: Cli.folder() }
        )
        assert.deepStrictEqual([code, stderr], [0, ""])
        assert.match(stdout, /^\(--out\)--out.*:file:_files$/m)
        assert.match(stdout, /--profile.*:value:\(\$\(command genesys completions profiles 2>\/dev\/null\)\)$/m)
        assert.match(stdout, /--region.*:value:\(.*us-east-1/m)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
