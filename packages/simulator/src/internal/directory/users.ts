/**
 * The users of the org, computed from the seed and the number of the user. User 0 is the well-known
 * `test.user@yourcompany.com`; nobody is stored.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { User } from "../../api/UsersApi.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

const firstNames = [
  "Ada",
  "Ben",
  "Chloe",
  "Dmitri",
  "Elena",
  "Farid",
  "Grace",
  "Hiro",
  "Ines",
  "Jonas",
  "Kofi",
  "Lucia"
]
const lastNames = ["Abara", "Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Kaya"]
const departments = ["Support", "Sales", "Billing", "Retention", "Back Office"]
const titles = ["Agent", "Senior Agent", "Team Lead", "Supervisor", "Quality Analyst"]
const domain = "yourcompany.com"

export class Users extends Context.Service<
  Users,
  {
    readonly count: number
    readonly get: (index: number) => User
    /** Any field that a search can look at; undefined for others. */
    readonly field: (index: number, field: string) => string | undefined
    /** The only user that can have this address, if there is one. */
    readonly byEmail: (email: string) => number | undefined
  }
>()("@effect-genesys/simulator/internal/Users") {
  static readonly layer = Layer.effect(
    Users,
    Effect.gen(function* () {
      const { seed, users: count } = yield* Settings
      const draw = (index: number, number: number) => Random.bits(seed, Random.streams.user, index, number)
      const divisionId = Random.uuid(seed, Random.streams.division, 0)

      const names = (index: number) =>
        index === 0
          ? (["Test", "User"] as const)
          : ([Random.pick(firstNames, draw(index, 4)), Random.pick(lastNames, draw(index, 5))] as const)

      const email = (index: number) => {
        const [first, last] = names(index)
        return `${first}.${last}${index === 0 ? "" : `.${index}`}@${domain}`.toLowerCase()
      }

      const fields = {
        id: (index: number) => Random.uuid(seed, Random.streams.user, index),
        name: (index: number) => names(index).join(" "),
        email,
        username: email,
        department: (index: number) => Random.pick(departments, draw(index, 6)),
        title: (index: number) => Random.pick(titles, draw(index, 7)),
        state: (index: number) => (index !== 0 && draw(index, 8) % 20 === 0 ? "inactive" : "active")
      }

      const searchable = new Map(Object.entries(fields))

      return Users.of({
        count,
        field: (index, field) => searchable.get(field)?.(index),
        byEmail: (address) => {
          const index = Number(/\.(\d+)@/.exec(address)?.[1] ?? 0)
          return index < count && email(index) === address.toLowerCase() ? index : undefined
        },
        get: (index) => {
          const id = fields.id(index)
          const address = email(index)
          return {
            id,
            name: fields.name(index),
            division: { id: divisionId, name: "Home", selfUri: `/api/v2/authorization/divisions/${divisionId}` },
            chat: { jabberId: `${id}@${domain}.orgspan.com` },
            department: fields.department(index),
            email: address,
            primaryContactInfo: [{ address, mediaType: "EMAIL", type: "PRIMARY" }],
            addresses: [],
            state: fields.state(index) === "inactive" ? "inactive" : "active",
            title: fields.title(index),
            username: address,
            version: 1 + (draw(index, 9) % 40),
            selfUri: `/api/v2/users/${id}`
          }
        }
      })
    })
  )
}
