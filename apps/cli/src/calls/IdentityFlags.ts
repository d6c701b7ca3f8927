/** The flags that say who we are, for every command that is somebody. They beat the environment. */
import * as Region from "@effect-genesys/auth/Region"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Given } from "@effect-genesys/program/GivenFlags"
import { nearest } from "@effect-genesys/core/Nearest"
import * as Profile from "@effect-genesys/program/Profile"

export const ProfileFlag = GlobalFlag.Setting("profile")({
  flag: Flag.String("profile").pipe(
    Flag.withDescription("The profile to use, as genesys profile list names it"),
    Flag.withMetavar("name"),
    Flag.withSchema(Profile.Name),
    Flag.optional
  )
})

export const RegionFlag = GlobalFlag.Setting("region")({
  flag: Flag.String("region").pipe(
    Flag.withDescription("The AWS region of the Genesys Cloud, or its domain"),
    Flag.filterMap(Region.find, (text) => {
      const close = nearest(text.trim(), [...Region.names, ...Region.domains])
      return close.length === 0 ? Region.expected : `${Region.expected}. Did you mean ${close.join(" or ")}?`
    }),
    Flag.optional
  )
})

export const identityFlags = [ProfileFlag, RegionFlag] as const

/** What was given, for `GivenFlags`; nothing in a command that does not have the flags. */
export const given: Effect.Effect<Given> = Effect.all({
  profile: Effect.map(Effect.serviceOption(ProfileFlag), Option.flatten),
  region: Effect.map(Effect.serviceOption(RegionFlag), Option.flatten)
})
