/**
 * Frames of a WebSocket as no honest peer sends them: the frames of RFC 6455 with something wrong, and right ones that say what
 * nobody expects. For both directions, since only clients mask.
 */

export interface Frames {
  readonly name: string
  readonly bytes: Buffer
}

const key = Buffer.from([1, 2, 3, 4])

const masked = (payload: Buffer) => payload.map((byte, i) => byte ^ key[i % 4]!)

const lengthOf = (size: number, mask: number): Buffer => {
  if (size < 126) return Buffer.from([mask | size])
  if (size < 65_536) return Buffer.from([mask | 126, size >> 8, size & 255])
  const bytes = Buffer.alloc(9)
  bytes[0] = mask | 127
  bytes.writeBigUInt64BE(BigInt(size), 1)
  return bytes
}

/** @param first final bit, reserved bits and opcode */
export const frame = (first: number, payload: Buffer | string, isClient: boolean): Buffer => {
  const bytes = Buffer.from(payload)
  return isClient
    ? Buffer.concat([Buffer.from([first]), lengthOf(bytes.length, 128), key, masked(bytes)])
    : Buffer.concat([Buffer.from([first]), lengthOf(bytes.length, 0), bytes])
}

const [text, binary, close, ping, pong] = [0x81, 0x82, 0x88, 0x89, 0x8a]

/** Texts that are JSON, and what a reader of events may not expect in it. */
const jsons: ReadonlyArray<string> = [
  "",
  "{",
  "null",
  "[]",
  "0",
  '"x"',
  '{"message":{"toString":1,"valueOf":1}}',
  '{"result":{"toString":1,"valueOf":1}}',
  '{"result":"404"}',
  '{"topicName":1,"eventBody":1}',
  '{"topicName":"channel.metadata"}',
  '{"topicName":"channel.metadata","eventBody":{"message":{"toString":1}}}',
  '{"topicName":"__proto__","eventBody":{"__proto__":{"x":1}},"metadata":{"__proto__":1,"CorrelationId":{}}}',
  '{"topicName":"v2.users.x.presence","version":{},"eventBody":null,"metadata":[]}',
  '{"topicName":"v2.users.x.presence","eventBody":{"toJSON":1,"then":1,"length":-1}}',
  `{"topicName":"v2.users.x.presence","eventBody":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  `{"topicName":"v2.users.x.presence","eventBody":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
  `{"topicName":"v2.users.x.presence","metadata":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}`,
  "[".repeat(100_000),
  `{"topicName":"${"x".repeat(200_000)}","eventBody":"\\ud800"}`
]

export const all = (isClient: boolean): ReadonlyArray<Frames> => {
  const mask = isClient ? 128 : 0
  const made = (first: number, payload: Buffer | string) => frame(first, payload, isClient)
  const codes = [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535]
  const list: ReadonlyArray<readonly [string, ReadonlyArray<Buffer>]> = [
    ...[0x40, 0x20, 0x10, 0x70].map((bits) => [`reserved bits ${bits}`, [made(text | bits, "x")]] as const),
    ...[3, 4, 7, 11, 15].map((opcode) => [`opcode ${opcode}`, [made(0x80 | opcode, "x")]] as const),
    ["a mask too many or too few", [frame(text, "x", !isClient)]],
    ["half a head", [Buffer.from([text])]],
    ["half a length", [Buffer.from([text, mask | 126, 1])]],
    ["a length of 2^63", [Buffer.from([text, mask | 127, 0x80, 0, 0, 0, 0, 0, 0, 0])]],
    ["a length of 2^64 - 1", [Buffer.from([text, mask | 127, ...Array.from({ length: 12 }, () => 255)])]],
    ["a length of 2^53", [Buffer.from([text, mask | 127, 0, 0x20, 0, 0, 0, 0, 0, 0])]],
    ["a length of 2 GiB", [Buffer.from([text, mask | 127, 0, 0, 0, 0, 0x80, 0, 0, 0]), Buffer.alloc(10_000)]],
    ["half a payload", [made(text, "x".repeat(100)).subarray(0, 50)]],
    ["a rest without a beginning", [made(0x80, "x")]],
    ["two beginnings", [made(0x01, "x"), made(0x01, "y")]],
    ["a text that never ends", Array.from({ length: 500 }, (_, i) => made(i === 0 ? 0x01 : 0x00, "x".repeat(100)))],
    ["a ping in parts", [made(0x09, "x")]],
    ["a ping that is too long", [made(ping, "x".repeat(126))]],
    ["many pings", Array.from({ length: 2_000 }, () => made(ping, "x".repeat(125)))],
    ["many pongs", Array.from({ length: 2_000 }, () => made(pong, ""))],
    ["many empty texts", Array.from({ length: 2_000 }, () => made(text, ""))],
    ["no UTF-8", [made(text, Buffer.from([0xff, 0xfe, 0x80]))]],
    ["half a character", [made(0x01, Buffer.from([0xc3])), made(0x80, "x")]],
    ["a surrogate", [made(text, Buffer.from([0xed, 0xa0, 0x80]))]],
    ["binary", [made(binary, Buffer.from([0, 255, 1]))]],
    ["an empty close", [made(close, "")]],
    ["a close of one byte", [made(close, Buffer.from([3]))]],
    ...codes.map((code) => [`a close with ${code}`, [made(close, Buffer.from([code >> 8, code & 255]))]] as const),
    ["a close without UTF-8", [made(close, Buffer.from([3, 232, 255, 254]))]],
    ["a close that is too long", [made(close, Buffer.concat([Buffer.from([3, 232]), Buffer.alloc(200, 120)]))]],
    ["two closes and more", [made(close, Buffer.from([3, 232])), made(close, Buffer.from([3, 232])), made(text, "x")]],
    ["packed, and not agreed", [made(text | 0x40, Buffer.from([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 7, 0]))]],
    ["packed nonsense", [made(text | 0x40, Buffer.alloc(300, 0xa5))]],
    ["zeros", [Buffer.alloc(5_000)]],
    ["HTTP", [Buffer.from("HTTP/1.1 200 OK\r\n\r\n")]],
    ...jsons.map((json) => [`the text ${json.slice(0, 60)}`, [made(text, json)]] as const)
  ]
  return list.map(([name, frames]) => ({ name, bytes: Buffer.concat(frames) }))
}

/** The texts alone, one after the other: a connection outlives them. */
export const texts = (isClient: boolean): Buffer =>
  Buffer.concat(jsons.filter((json) => !json.includes('"404"')).map((json) => frame(text, json, isClient)))
