/** What `genesys completions` does. */
import { Profiles } from "@effect-genesys/program/Profiles"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Login from "../login/Login.ts"
import * as Output from "../output/Output.ts"
import type { Input } from "./flags.ts"
import * as Shells from "./Shells.ts"
import * as ShellStub from "./ShellStub.ts"

const lines = (names: ReadonlyArray<string>) => names.map((name) => `${name}\n`).join("")

const text = Effect.fnUntraced(function* ({ root, what, whole }: Input & { readonly root: Command.Command.Any }) {
  if (what === "operations") return lines(yield* Effect.provide(Shells.operations, Catalogue.layer))
  if (what === "profiles") {
    return lines(
      yield* Effect.provide(
        Profiles.use(({ names }) => names),
        Login.layerProfiles
      )
    )
  }
  return (whole ? undefined : ShellStub.of(what)) ?? `${Shells.script(root, what)}\n`
})

export const run = (input: Input & { readonly root: Command.Command.Any }) =>
  Effect.flatMap(text(input), (found) => Output.raw(Stream.make(found)))
