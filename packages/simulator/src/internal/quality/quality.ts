/** Evaluations and surveys of conversations, computed from the seed, their number and the moment. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Evaluation, Survey } from "../../api/QualityApi.ts"
import { Conversations } from "../analytics/conversations.ts"
import { Users } from "../directory/users.ts"
import { Lists } from "../lists/lists.ts"
import { Settings } from "../shared/settings.ts"
import * as Evaluations from "./evaluations.ts"
import * as Known from "./known.ts"
import * as Surveys from "./surveys.ts"

/** What is older is not found by its id. */
const hundredDays = 100 * 86_400_000

export class Quality extends Context.Service<
  Quality,
  {
    readonly evaluations: Known.Find<Evaluation>
    readonly surveys: Known.Find<Survey>
    readonly evaluation: (id: string, now: number) => Known.Known<Evaluation> | undefined
    readonly survey: (id: string, now: number) => Known.Known<Survey> | undefined
  }
>()("@effect-genesys/simulator/internal/Quality") {
  static readonly layer = Layer.effect(
    Quality,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const settings = yield* Settings
  const world = yield* Conversations
  const lists = yield* Lists
  const evaluations = Evaluations.make(settings, world, lists, yield* Users)
  const surveys = Surveys.make(settings, world, lists)

  const byId =
    <A>({ made, read }: { readonly made: typeof surveys.made; readonly read: Known.Read<A> }) =>
    (id: string, now: number) => {
      const number = made.numberOf(id, now - hundredDays, now + 1)
      return number === undefined ? undefined : read(number, now)
    }
  return Quality.of({
    evaluations: Known.all(evaluations.made, evaluations.read),
    surveys: Known.all(surveys.made, surveys.read),
    evaluation: byId(evaluations),
    survey: byId(surveys)
  })
})
