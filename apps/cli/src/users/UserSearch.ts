/** Users by what people know of them. */
import { NotFoundError } from "@effect-genesys/client/GenesysError"
import type { User } from "@effect-genesys/client/User"
import { Users } from "@effect-genesys/client/Users"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { UsageError } from "@effect-genesys/program/UsageError"

const none = (wanted: string, others: ReadonlyArray<User>) =>
  new NotFoundError({
    api: { method: "POST", path: "/api/v2/users/search" },
    details: [],
    message:
      `No active user is found by ${JSON.stringify(wanted)}. ` +
      (others.length === 0
        ? "Write an e-mail address as it is, or a part of a name."
        : `There is ${others.slice(0, most).map(named).join(", ")}: genesys users get takes an id.`)
  })

/** More of them in an error help nobody. */
const most = 5

const named = ({ id, name, state }: User) => `${name ?? "somebody"} (${id}, ${state ?? "active"})`

const isActive = ({ state }: User) => state === undefined || state === "active"

/** What identifies somebody is one word with an @ in it. */
export const isEmail = (text: string) => /^[^\s@]+@[^\s@]+$/.test(text)

/** The one active user with an e-mail address. */
export const byEmail = Effect.fnUntraced(function* (email: string) {
  const users = yield* Users
  const query = [{ type: "EXACT" as const, fields: ["email"], value: email }]
  const all = yield* Stream.runCollect(users.searchAll({ query, sortBy: "name" }))
  const found = all.filter((user) => user.email?.trim().toLowerCase() === email.toLowerCase())
  const [one, ...more] = found.filter(isActive)
  if (one === undefined) return yield* none(email, found)
  if (more.length === 0) return one
  const listed = [one, ...more].slice(0, most).map(named).join(", ")
  return yield* new UsageError({
    message: `${JSON.stringify(email)} belongs to ${more.length + 1} active users: ${listed}. Ask for one of them with genesys users get ID.`
  })
})

/**
 * The one active user with an e-mail address, or all active ones whose name has the text in it. Blanks around it count for nothing. A
 * `NotFoundError` if there is none; a `UsageError` if several have the address, since a program takes the first row for the right one.
 */
export const users = (wanted: string) => {
  const text = wanted.trim()
  if (text === "") {
    const message =
      "Nobody is looked for: write an e-mail address or a part of a name. A variable of a script may be empty."
    return Stream.fail(new UsageError({ message }))
  }
  if (isEmail(text)) return Stream.fromEffect(byEmail(text))
  return Stream.unwrap(
    Users.use((service) =>
      Effect.succeed(
        service.searchAll({ query: [{ type: "CONTAINS", fields: ["name"], value: text }], sortBy: "name" })
      )
    )
  ).pipe(
    Stream.filter(isActive),
    Stream.orElseIfEmpty(() => Stream.fail(none(text, [])))
  )
}
