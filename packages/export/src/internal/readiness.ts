/** The kinds that a sink was made ready for: each once, and no two of them in one place. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { SinkError } from "../ExportError.ts"
import { type Layout, tablesOf, wrongNames } from "../Layout.ts"
import * as Views from "../Views.ts"

/** Layouts that are made anew for each run are the same if they say the same. */
const saying = (layout: Layout) => JSON.stringify([layout.by, layout.key, tablesOf(layout)])

/**
 * @param prepare is run before the first row of a kind is written
 * @param known kinds whose names are theirs, whether or not they are ever written there
 */
export const make = Effect.fnUntraced(function* <E>(
  sink: string,
  prepare: (layout: Layout) => Effect.Effect<void, E>,
  known: ReadonlyArray<Layout> = []
): Effect.fn.Return<(layout: Layout) => Effect.Effect<void, E | SinkError>> {
  const one = yield* Semaphore.make(1)
  const ready: Array<Layout> = []
  const refused = ({ name }: Layout, why: string) =>
    new SinkError({ sink, message: `The kind ${name} cannot be written to ${sink}: ${why}`, lasting: true })
  return (layout) =>
    one.withPermit(
      Effect.gen(function* () {
        const isSame = (other: Layout) => other.name === layout.name && saying(other) === saying(layout)
        if (ready.some(isSame)) return
        const [wrong] = wrongNames(layout)
        if (wrong !== undefined)
          return yield* refused(
            layout,
            `${wrong} is no name for it, or comes twice. Use at most 45 small letters, digits and _, not export_ first.`
          )
        const names = new Set(tablesOf(layout).map(({ name }) => name))
        const others = [...ready, ...known].filter((other) => !isSame(other))
        const taken = others.flatMap(tablesOf).find(({ name }) => names.has(name))
        if (taken !== undefined)
          return yield* refused(layout, `${taken.name} is a name of another kind there. Choose other names.`)
        const view = Views.names.find((name) => names.has(name))
        if (view !== undefined)
          return yield* refused(layout, `${view} is the name of a view there. Choose other names.`)
        yield* prepare(layout)
        ready.push(layout)
      })
    )
})
