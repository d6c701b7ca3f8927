/**
 * What stands before every endpoint of the API's definition: whoever is let in is the `CurrentToken` of its handler.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Authorization } from "../../api/Authorization.ts"
import { AnyPermission, Permissions } from "../../api/Permissions.ts"
import { Admission } from "./admission.ts"
import { CurrentToken } from "./tokens.ts"

export const AuthorizationLive = Layer.effect(
  Authorization,
  Effect.gen(function* () {
    const { admit } = yield* Admission
    return Authorization.of({
      bearer: Effect.fnUntraced(function* (httpEffect, { credential, endpoint: { annotations } }) {
        const needs = { all: Context.get(annotations, Permissions), any: Context.get(annotations, AnyPermission) }
        return yield* Effect.provideService(httpEffect, CurrentToken, yield* admit(credential, needs))
      })
    })
  })
)
