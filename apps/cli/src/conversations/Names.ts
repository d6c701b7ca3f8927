/** Ids of queues and users from what people call them. What is no id and no name of one thing is refused: it would find nothing. */
import { NotFoundError } from "@effect-genesys/client/GenesysError"
import { Routing } from "@effect-genesys/client/Routing"
import { Users } from "@effect-genesys/client/Users"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Id from "./Id.ts"
import * as UserSearch from "../users/UserSearch.ts"

interface Named {
  readonly id: string
  readonly name?: string | undefined
}

/** More of them in an error help nobody. */
const most = 5

/** The one that has the name, in any case. */
const only = Effect.fnUntraced(function* (what: string, name: string, path: string, found: ReadonlyArray<Named>) {
  const [one, ...more] = found.filter((each) => each.name?.trim().toLowerCase() === name.toLowerCase())
  if (one === undefined) {
    return yield* new NotFoundError({
      api: { method: "GET", path },
      details: [],
      message: `There is no ${what} ${JSON.stringify(name)}. Write its whole name as genesys ${what}s list shows it, or its id.`
    })
  }
  if (more.length === 0) return one.id
  const ids = [one, ...more].slice(0, most).map(({ id }) => id)
  return yield* new UsageError({
    message: `${more.length + 1} ${what}s are called ${JSON.stringify(name)}: write the id of one of them, such as ${ids.join(", ")}.`
  })
})

/** An id of nothing would find nothing, and look like a day without conversations. */
const noSuchId = (what: string, id: string, path: string) =>
  new NotFoundError({
    api: { method: "GET", path },
    details: [],
    message: `There is no ${what} with the id ${id}. Check it, or write a name in its place.`
  })

const existingQueue = (id: string) =>
  Routing.use((routing) => routing.queue(id)).pipe(
    Effect.as(id),
    Effect.catchTag("NotFoundError", ({ api }) => Effect.fail(noSuchId("queue", id, api.path)))
  )

/** Also one who has left: their conversations stay. A list has them in whatever state they are. */
const existingUser = Effect.fnUntraced(function* (id: string) {
  const { entities } = yield* Users.use((users) => users.list({ id: [id], state: "any" }))
  return entities.length > 0 ? id : yield* noSuchId("user", id, "/api/v2/users")
})

/** @param given an id, or the name of a queue */
export const queueId = Effect.fnUntraced(function* (given: string) {
  const name = given.trim()
  if (Id.is(name)) return yield* existingQueue(name)
  // An asterisk would be a pattern, and no name of one queue.
  if (name.includes("*"))
    return yield* new UsageError({ message: "--queue takes one queue, by its id or its whole name." })
  const queues = yield* Stream.runCollect(Stream.unwrap(Effect.map(Routing, (routing) => routing.allQueues({ name }))))
  return yield* only("queue", name, "/api/v2/routing/queues", queues)
})

/** @param given an id, an e-mail address, or the name of an active user */
export const userId = Effect.fnUntraced(function* (given: string) {
  const name = given.trim()
  if (Id.is(name)) return yield* existingUser(name)
  const found = yield* Stream.runCollect(UserSearch.users(name))
  const [one] = found
  return UserSearch.isEmail(name) && one !== undefined
    ? one.id
    : yield* only("user", name, "/api/v2/users/search", found)
})
