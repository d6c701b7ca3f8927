/**
 * What filters, counts and orders need to know of a block of conversations, as columns of numbers that never change: a moment
 * is only compared with them. A column is computed when it is first asked for.
 */
import type { Conversations } from "./conversations.ts"
import type { FactNumbers } from "./facts.ts"
import { isLong, nightOf, type Read, type Spans } from "./timeline.ts"

/** Conversations in a block. Even at one an hour its moments lie within 2 ** 32 milliseconds. */
export const blockSize = 1024

/** About a minute, by which moments are told roughly. Moments of a block are less than 2 ** 16 of them apart. */
const turn = 2 ** 16
export const turnOf = (millis: number): number => Math.floor(millis / turn)

/** The moment of what never happens. */
const never = 0xffffffff

const facts = {
  direction: Uint8Array,
  media: Uint8Array,
  queue: Uint8Array,
  agent: Uint32Array,
  customer: Uint16Array,
  disconnect: Uint8Array,
  wrapUp: Uint8Array,
  cut: Uint16Array
} as const satisfies Record<keyof FactNumbers, unknown>

/** What a moment comes after, and how long after it. */
const after = {
  answer: ["start", "wait"],
  end: ["answer", "talk"],
  work: ["end", "work"],
  code: ["work", "code"]
} as const satisfies Record<string, readonly [Moment, keyof Spans]>

type Column = Uint8Array | Uint16Array | Uint32Array
export type Moment = "start" | "answer" | "end" | "work" | "code" | "rewrite"

export interface Columns {
  readonly size: number
  /** The start of the first of them. */
  readonly base: number
  /** Whether they have consecutive numbers, of which the first is a multiple of `blockSize`. */
  readonly consecutive: boolean
  /** The number of the conversation at this place. */
  readonly indexOf: (place: number) => number
  /** In milliseconds since the base. */
  readonly moment: (name: Moment) => Uint32Array
  readonly fact: (name: keyof FactNumbers) => Column
  /** The end roughly: in turns after the turn of the base. */
  readonly endTurn: () => Uint16Array
  /** A moment in milliseconds since the base, but always before what never happens. */
  readonly since: (at: number) => number
  /** From (inclusive) and to (exclusive): how long what depends on these moments has been and stays as it is at this one. */
  readonly steady: (names: ReadonlyArray<Moment>, at: number) => readonly [from: number, to: number]
  /** Bytes that its columns take by now. */
  readonly bytes: () => number
}

/** What was drawn for the block that was filled last, as mostly several of its columns are filled. */
const drawn = new Int32Array(blockSize)
const long = new Uint8Array(blockSize)
let drawnFor: object | undefined

/** Of `size` conversations: those of the block that begins with `first`, or those from that place of a list on. */
export const make = (
  world: Conversations["Service"],
  first: number,
  size: number,
  list?: ReadonlyArray<number>
): Columns => {
  const moments = new Map<Moment, Uint32Array>()
  const known = new Map<keyof FactNumbers, Column>()
  const indexOf = (place: number) => (list === undefined ? first + place : list[first + place]!)
  const base = world.startOf(indexOf(0))
  let ends: Uint16Array | undefined
  let bytes = 0

  const draw = () => {
    if (drawnFor === known) return
    for (let place = 0; place < size; place++) {
      const index = indexOf(place)
      drawn[place] = world.drawn(index)
      long[place] = isLong(index) ? 1 : 0
    }
    drawnFor = known
  }
  const read = <A extends Column>(column: A, tell: Read): A => {
    draw()
    for (let place = 0; place < size; place++) column[place] = tell(drawn[place]!, long[place] === 1)
    return column
  }
  const starts = () => {
    const column = new Uint32Array(size)
    for (let place = 0; place < size; place++) column[place] = world.startOf(indexOf(place)) - base
    return column
  }
  const rewrites = () => {
    const column = read(new Uint32Array(size), world.spans.rewritten)
    const [start, end] = [moment("start"), moment("end")]
    for (let place = 0; place < size; place++) {
      const night = nightOf(base + start[place]!) - base
      column[place] = column[place] === 1 && end[place]! <= night ? night : never
    }
    return column
  }
  const fill = (name: Moment) => {
    if (name === "start") return starts()
    if (name === "rewrite") return rewrites()
    const [earlier, span] = after[name]
    const begin = moment(earlier)
    const column = read(new Uint32Array(size), world.spans[span])
    for (let place = 0; place < size; place++) column[place]! += begin[place]!
    return column
  }
  const moment = (name: Moment): Uint32Array => {
    const column = moments.get(name) ?? fill(name)
    if (!moments.has(name)) bytes += column.byteLength
    moments.set(name, column)
    return column
  }
  const endTurn = () => {
    if (ends !== undefined) return ends
    const end = moment("end")
    ends = new Uint16Array(size)
    for (let place = 0; place < size; place++) ends[place] = turnOf(base + end[place]!) - turnOf(base)
    bytes += ends.byteLength
    return ends
  }
  const since = (at: number) => Math.min(at - base, never - 1)

  return {
    size,
    base,
    consecutive: list === undefined,
    indexOf,
    moment,
    fact: (name) => {
      const column = known.get(name) ?? read(new facts[name](size), world.numbers[name])
      if (!known.has(name)) bytes += column.byteLength
      known.set(name, column)
      return column
    },
    endTurn,
    since,
    steady: (names, at) => {
      const now = since(at)
      let [from, to] = [-1, never]
      for (const name of names) {
        const column = moment(name)
        for (let place = 0; place < size; place++) {
          const value = column[place]!
          if (value > now) to = Math.min(to, value)
          else from = Math.max(from, value)
        }
      }
      return [from < 0 ? Number.NEGATIVE_INFINITY : base + from, to === never ? Number.POSITIVE_INFINITY : base + to]
    },
    bytes: () => bytes
  }
}
