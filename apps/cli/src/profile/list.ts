/** What `genesys profile list` does. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Streams from "@effect-genesys/program/Streams"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Login from "../login/Login.ts"
import * as Output from "../output/Output.ts"
import * as ProfileView from "./ProfileView.ts"

export const run = Effect.fnUntraced(function* () {
  const printer = yield* Output.make()
  const profiles = yield* Profiles
  const shown = yield* Effect.forEach(yield* profiles.names, ProfileView.of)
  if (printer.asked) return yield* printer.rows(Stream.fromIterable(shown))
  if (shown.length === 0) return yield* Console.error("There is no profile yet. Make one with genesys login.")
  yield* Streams.write(...ProfileView.table(shown))
}, Effect.provide(Login.layerProfiles))
