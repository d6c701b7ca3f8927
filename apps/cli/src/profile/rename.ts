/** What `genesys profile rename` does. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Login from "../login/Login.ts"
import type { Rename } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({ from, to }: Rename) {
  yield* Profiles.use((profiles) => profiles.rename(from, to))
  yield* Console.error(`${from} is called ${to} now.`)
}, Effect.provide(Login.layerProfiles))
