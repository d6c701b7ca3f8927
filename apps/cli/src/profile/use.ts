/** What `genesys profile use` does. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Login from "../login/Login.ts"
import type { Use } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({ name }: Use) {
  yield* Profiles.use((profiles) => profiles.use(name))
  yield* Console.error(`${name} is the default profile now.`)
}, Effect.provide(Login.layerProfiles))
