/** What `genesys profile delete` does. */
import * as Identity from "@effect-genesys/program/Identity"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Login from "../login/Login.ts"
import * as Logout from "../logout/Logout.ts"
import type { Delete } from "./flags.ts"

export const run = Effect.fnUntraced(
  function* ({ name }: Delete) {
    yield* Logout.forget(name)
    yield* Profiles.use((profiles) => profiles.remove(name))
    yield* Console.error(`The profile ${name} and its secret are deleted.`)
  },
  Effect.provide(Layer.merge(Login.layerProfiles, Identity.layerStore))
)
