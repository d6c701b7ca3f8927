/**
 * Numbers that look random and are a pure function of the seed and a text, such as the model and the id of a thing: whoever asks for it
 * twice sees the same.
 */
import * as Random from "../shared/random.ts"

export interface Draws {
  /** 32 bits. */
  readonly bits: (key: string) => number
  readonly pick: <A>(key: string, items: ReadonlyArray<A>) => A
  readonly uuid: (key: string) => string
}

/** FNV-1a over UTF-16, twice, as 53 bits. */
const hash = (text: string): number => {
  let [a, b] = [0x811c9dc5, 0x7ee3623b]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return (a >>> 0) + (b & 0x1fffff) * 0x100000000
}

export const make = (seed: number): Draws => {
  const bits = (key: string) => Random.bits(seed, Random.streams.shape, hash(key), 0)
  return {
    bits,
    pick: (key, items) => Random.pick(items, bits(key)),
    uuid: (key) => Random.uuid(seed, Random.streams.shape, hash(key))
  }
}
