/** How much of a body is read and kept, whatever a host sends. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { gzipSync } from "node:zlib"
import * as ResponseText from "../src/ResponseText.ts"

const request = HttpClientRequest.get("https://login.mypurecloud.com/oauth/token")
const responseOf = (body: ConstructorParameters<typeof Response>[0], headers: Record<string, string> = {}) =>
  HttpClientResponse.fromWeb(request, new Response(body, { headers }))

/** So many pieces, made as they are read. */
const pieces = (count: number, piece: () => Uint8Array<ArrayBuffer>, onEnd = () => {}) => {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      for (let i = 0; i < 1_000 && sent < count; i++, sent++) controller.enqueue(piece())
      if (sent < count) return
      onEnd()
      controller.close()
    }
  })
}

const kilo = 1024
const mega = kilo * kilo

describe("a body", () => {
  for (const length of [0, 1, 100, kilo, 64 * kilo, mega]) {
    it.effect(`of ${length} bytes is read as it is, in one piece or in many, packed or not`, () =>
      Effect.gen(function* () {
        const text = "é".repeat(length / 2) + "x".repeat(length % 2)
        const bytes = new TextEncoder().encode(text)
        const split = new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += 1_021) controller.enqueue(bytes.subarray(at, at + 1_021))
            controller.close()
          }
        })
        const told = { "content-length": String(length) }
        for (const response of [
          responseOf(bytes, told),
          responseOf(bytes),
          responseOf(split),
          responseOf(gzipSync(bytes)),
          responseOf(gzipSync(bytes), { "content-encoding": "gzip" })
        ]) {
          for (const trustLength of [false, true]) {
            const again = HttpClientResponse.fromWeb(
              request,
              new Response(yield* response.arrayBuffer, { headers: response.headers })
            )
            assert.strictEqual(yield* ResponseText.read(again, 2 * mega, { trustLength }), text)
          }
        }
      })
    )
  }
})

describe("what is longer than the bound is not read", () => {
  const tooLong = (response: HttpClientResponse.HttpClientResponse, options?: ResponseText.Options) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ResponseText.read(response, mega, options))
      assert.strictEqual(error.reason._tag, "DecodeError")
      assert.include(error.message, `longer than ${mega} bytes`)
      assert.isTrue(ResponseText.isTooLong(error))
    })

  it.effect("without a length, and without an end", () =>
    tooLong(responseOf(pieces(Infinity, () => new Uint8Array(64 * kilo))))
  )

  it.effect("by its length alone", () =>
    Effect.gen(function* () {
      let read = 0
      const body = pieces(Infinity, () => {
        read++
        return new Uint8Array(kilo)
      })
      yield* tooLong(responseOf(body, { "content-length": String(kilo * mega) }), { trustLength: true })
      assert.isAtMost(read, 3_000)
    })
  )

  it.effect("with a length that lies, where none is trusted", () =>
    tooLong(
      responseOf(
        pieces(4_000, () => new Uint8Array(kilo)),
        { "content-length": "10" }
      )
    )
  )

  for (const length of ["-1", "1e309", "NaN", "0x10", "9".repeat(400), " "]) {
    it.effect(`with the length ${length.slice(0, 10)}`, () =>
      tooLong(
        responseOf(
          pieces(4_000, () => new Uint8Array(kilo)),
          { "content-length": length }
        )
      )
    )
  }

  it.effect("once it is unpacked: a bomb of a gigabyte", () =>
    Effect.gen(function* () {
      const bomb = Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(16 * mega))))
      assert.isBelow(bomb.length, 2 * mega)
      const begun = performance.now()
      const error = yield* Effect.flip(ResponseText.read(responseOf(bomb), 2 * mega))
      assert.isTrue(ResponseText.isTooLong(error))
      assert.isBelow(performance.now() - begun, 5_000)
    })
  )
})

it.effect("many small pieces take no more memory than their bytes", () =>
  Effect.gen(function* () {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const used = () => {
      collect()
      const { arrayBuffers, heapUsed } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    const before = used()
    let held = 0
    const count = 300_000
    const body = pieces(
      count,
      () => new Uint8Array(1),
      () => (held = used() - before)
    )
    assert.lengthOf(yield* ResponseText.read(responseOf(body), mega), count)
    assert.isBelow(held, 16 * mega)
  })
)

it.effect("what is damaged is an error, not a defect", () =>
  Effect.gen(function* () {
    for (const bytes of [[0x1f, 0x8b], [0x1f, 0x8b, 8, 0, 1, 2, 3], [...gzipSync("text").subarray(0, 15)]]) {
      const error = yield* Effect.flip(ResponseText.read(responseOf(new Uint8Array(bytes)), mega))
      assert.include(error.message, "damaged")
    }
    assert.strictEqual(yield* ResponseText.read(responseOf(new Uint8Array([0x61, 0xff, 0xc0])), mega), "a\uFFFD\uFFFD")
  })
)
