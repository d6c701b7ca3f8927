/** What `genesys completions` does. */
import * as Login from "../login/Login.ts"
import * as Output from "../output/Output.ts"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Shells from "./Shells.ts"
import * as ShellStub from "./ShellStub.ts"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import type * as Command from "effect/cli/Command"
import type { Shell } from "effect/cli/Completions"
import type * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export interface Input {
  readonly root: Command.Command.Any
  readonly globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>
  readonly what: Shell | Shells.Asked
  readonly whole: boolean
}

const lines = (names: ReadonlyArray<string>) => names.map((name) => `${name}\n`).join("")

const text = Effect.fnUntraced(function* ({ globals, root, what, whole }: Input) {
  if (what === "operations") return lines(yield* Effect.provide(Shells.operations, Catalogue.layer))
  if (what === "profiles") {
    return lines(
      yield* Effect.provide(
        Profiles.use(({ names }) => names),
        Login.layerProfiles
      )
    )
  }
  return (whole ? undefined : ShellStub.of(what)) ?? `${Shells.script(root, globals, what)}\n`
})

export const run = (input: Input) => Effect.flatMap(text(input), (found) => Output.raw(Stream.make(found)))
