/**
 * Answers `genesys token` with the stored token, by the parts that its command is made of, if all is well. Anything else, such as
 * a wrong flag, a setting to warn of or no token, is left to the full parser, and nothing was printed.
 */
import * as Region from "@effect-genesys/auth/Region"
import * as StoredToken from "@effect-genesys/auth/StoredToken"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import * as Identity from "@effect-genesys/program/Identity"
import * as Profile from "@effect-genesys/program/Profile"
import * as Settings from "@effect-genesys/program/Settings"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TokenLine from "../token/TokenLine.ts"
import { printed } from "./printed.ts"
import { tokenFlags } from "./QuickCall.ts"

const flags = tokenFlags(process.argv.slice(3)) ?? new Map<string, string>()

const flag = <A>(name: string, schema: Schema.Codec<A, string>) =>
  Option.match(Option.fromUndefinedOr(flags.get(name)), {
    onNone: () => Effect.succeedNone,
    onSome: (text) => Effect.asSome(Schema.decodeEffect(schema)(text))
  })

let warnings = 0
const counter = Logger.make(() => {
  warnings++
})

const line = Effect.gen(function* () {
  const minLife = Option.getOrElse(yield* flag("--min-life", DurationFromText), () => Duration.zero)
  const given = {
    profile: yield* flag("--profile", Profile.Name),
    region: yield* flag("--region", Region.RegionFromString)
  }
  const stored = yield* StoredToken.find(minLife).pipe(
    Effect.provide(Layer.merge(Identity.layerSettings, Identity.layerStore)),
    Effect.provideService(GivenFlags, given)
  )
  const now = Date.now()
  return Option.map(
    Option.filter(stored, (token) => TokenLine.left(token, now) >= Duration.toMillis(minLife)),
    (token) =>
      flags.has("--json") ? JSON.stringify(TokenLine.facts(token, now)) : TokenLine.line(token, flags.has("--header"))
  )
}).pipe(
  Effect.provide(Settings.layer),
  Effect.provide(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, Logger.layer([counter]))),
  Effect.catchCause(() => Effect.succeedNone)
)

export const answer = async (): Promise<boolean> => {
  const found = await Effect.runPromise(line)
  return Option.isSome(found) && warnings === 0 && printed(found.value)
}
