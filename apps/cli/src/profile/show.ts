/** What `genesys profile show` does. */
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import { Profiles } from "@effect-genesys/program/Profiles"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Login from "../login/Login.ts"
import * as Output from "../output/Output.ts"
import type { Show } from "./flags.ts"
import * as ProfileView from "./ProfileView.ts"

export const run = Effect.fnUntraced(function* ({ name }: Show) {
  const printer = yield* Output.make()
  const { profile } = yield* GivenFlags
  if (Option.isSome(name) && Option.isSome(profile)) {
    return yield* new UsageError({ message: "The profile is named twice. Leave --profile out." })
  }
  const profiles = yield* Profiles
  const { name: usual } = yield* Login.known
  const shown = yield* ProfileView.of(Option.getOrElse(name, () => usual))
  yield* printer.asked ? printer.value(shown) : Console.log(ProfileView.lines(shown, profiles.file(shown.name)))
}, Effect.provide(Login.layerProfiles))
