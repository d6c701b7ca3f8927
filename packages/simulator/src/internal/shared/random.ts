/**
 * Numbers that look random and are a pure function of (seed, stream, index, draw): the world is computed from them, in any
 * order, without being stored. Not for secrets that matter.
 */
import * as Base64Url from "effect/encoding/Base64Url"

/** What a number is drawn for: two streams have nothing to do with each other. */
export const streams = {
  organization: 1,
  client: 2,
  secret: 3,
  token: 4,
  correlation: 5,
  user: 6,
  conversation: 7,
  participant: 8,
  session: 9,
  queue: 10,
  fault: 11,
  division: 12,
  job: 20,
  userJob: 21,
  code: 40,
  refreshToken: 41,
  presence: 60,
  usage: 61,
  channel: 62,
  event: 63,
  wrapUpCode: 64,
  list: 65,
  audit: 70,
  auditTransaction: 71,
  auditQuery: 72,
  evaluation: 73,
  survey: 74,
  question: 75,
  recording: 76,
  shape: 90
} as const
export type Stream = (typeof streams)[keyof typeof streams]

/** The finalizer of MurmurHash3: a bijection of 32 bits, so two indexes never share an id within a stream. */
const scramble = (n: number): number => {
  let h = n ^ (n >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** 32 bits. The index may be any safe integer, also a negative one. */
export const bits = (seed: number, stream: Stream, index: number, draw: number): number => {
  let h = scramble(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream, 0x27d4eb2f))
  h = scramble(h ^ (index >>> 0))
  h = scramble(h ^ Math.imul(Math.floor(index / 0x100000000), 0x165667b1))
  return scramble(h ^ Math.imul(draw + 1, 0x9e3779b1)) >>> 0
}

/** The same numbers as `bits` and `unit`, for many draws of many indexes of one stream: `draw(of(index), 4)`. */
export const units = (seed: number, stream: Stream) => {
  const start = scramble(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream, 0x27d4eb2f))
  const word = (of: number, draw: number): number => scramble(of ^ Math.imul(draw + 1, 0x9e3779b1)) >>> 0
  return {
    of: (index: number): number =>
      scramble(scramble(start ^ (index >>> 0)) ^ Math.imul(Math.floor(index / 0x100000000), 0x165667b1)),
    word,
    draw: (of: number, draw: number): number => word(of, draw) / 0x100000000
  }
}

/** From 0, inclusive, to 1, exclusive. */
export const unit = (seed: number, stream: Stream, index: number, draw: number): number =>
  bits(seed, stream, index, draw) / 0x100000000

export const pick = <A>(items: ReadonlyArray<A>, random: number): A => items[random % items.length]!

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))
const hex = (n: number) =>
  hexOfByte[n >>> 24]! + hexOfByte[(n >>> 16) & 255]! + hexOfByte[(n >>> 8) & 255]! + hexOfByte[n & 255]!

/** A version 4 UUID. */
export const uuid = (seed: number, stream: Stream, index: number): string => {
  const a = hex(bits(seed, stream, index, 0))
  const b = hex((bits(seed, stream, index, 1) & 0xffff0fff) | 0x4000)
  const c = hex((bits(seed, stream, index, 2) & 0x3fffffff) | 0x80000000)
  const d = hex(bits(seed, stream, index, 3))
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
}

/** Opaque text: so many random bytes in base64url, without padding. */
export const opaque = (seed: number, stream: Stream, index: number, length: number): string => {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i += 4) {
    const word = bits(seed, stream, index, i)
    bytes[i] = word
    bytes[i + 1] = word >>> 8
    bytes[i + 2] = word >>> 16
    bytes[i + 3] = word >>> 24
  }
  return Base64Url.encode(bytes)
}
