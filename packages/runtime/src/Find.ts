/** Users by what people know of them. */
import { NotFoundError } from "@effect-genesys/client/GenesysError"
import { Users } from "@effect-genesys/client/Users"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const nobody = (wanted: string) =>
  new NotFoundError({
    api: { method: "POST", path: "/api/v2/users/search" },
    details: [],
    message: `No active user is found by ${JSON.stringify(wanted)}. Write an e-mail address as it is, or a part of a name.`
  })

/** The user with an e-mail address, or all whose name has the text in it. A `NotFoundError` if there is none. */
export const users = (wanted: string) =>
  Stream.unwrap(
    Effect.map(Users, (service) =>
      /^[^\s@]+@[^\s@]+$/.test(wanted)
        ? Stream.fromEffect(service.findByEmail(wanted)).pipe(
            Stream.flatMap((found) => Stream.fromIterable(Option.toArray(found)))
          )
        : service.searchAll({ query: [{ type: "CONTAINS", fields: ["name"], value: wanted }], sortBy: "name" })
    )
  ).pipe(Stream.orElseIfEmpty(() => Stream.fail(nobody(wanted))))
