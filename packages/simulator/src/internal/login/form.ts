/**
 * Reads the fields of a token request. A field that is empty counts as missing.
 */
import * as Effect from "effect/Effect"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import { refuse } from "./refusal.ts"

export const field = (form: UrlParams.UrlParams, name: string): string | undefined =>
  Option.getOrUndefined(UrlParams.getFirst(form, name)) || undefined

/** Refuses the request if the field is missing. */
export const required = (form: UrlParams.UrlParams, name: string) =>
  Effect.suspend(() => {
    const value = field(form, name)
    return value === undefined ? Effect.fail(refuse("invalid_request", `${name} is missing`)) : Effect.succeed(value)
  })
