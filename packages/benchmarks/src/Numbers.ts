/**
 * What it costs that no number is changed: a page of 1,000 conversations is parsed, against `JSON.parse` alone. Pages have no number
 * that JavaScript would change, or many with all the digits that it keeps, or one that it would change.
 */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Measure from "./Measure.ts"

const id = (number: number) => `b0ced89c-86b0-4e88-b56e-${String(number).padStart(12, "0")}`
const moment = "2026-11-01T10:00:00.123Z"

const conversation = (number: number, mos: number) => ({
  conversationId: id(number),
  conversationStart: moment,
  conversationEnd: moment,
  divisionIds: [id(1)],
  participants: Array.from({ length: 4 }, (_, participant) => ({
    participantId: id(participant),
    purpose: "agent",
    sessions: [
      {
        sessionId: id(number + participant),
        mediaType: "voice",
        ani: "tel:+13175550100",
        segments: Array.from({ length: 3 }, () => ({
          segmentStart: moment,
          segmentEnd: moment,
          queueId: id(2),
          conference: false
        })),
        metrics: Array.from({ length: 8 }, (_metric, metric) => ({
          name: "tTalk",
          value: number * 37 + metric,
          emitDate: moment
        })),
        mediaEndpointStats: [{ minMos: mos, minRFactor: 92 }]
      }
    ]
  }))
})

const page = (mos: (number: number) => number) =>
  JSON.stringify({
    conversations: Array.from({ length: 1_000 }, (_, number) => conversation(number, mos(number))),
    cursor: "MTIzNDU2"
  })

const plain = page(() => 4.88)
const precise = page((number) => Math.fround(4 + number / 1_001))
const odd = plain.replace('"minMos":4.88', '"minMos":12345678901234567890')

const candidate = (name: string, text: string, parse: (text: string) => unknown): Measure.Candidate => ({
  name,
  run: Measure.millis(Effect.sync(() => parse(text)))
})

export const numbers = Effect.gen(function* () {
  const rows = yield* Measure.rounds(
    [
      candidate("plain, JSON.parse", plain, JSON.parse),
      { ...candidate("plain, exact", plain, ExactNumber.parse), target: { ratio: 1.5 } },
      candidate("all digits, JSON.parse", precise, JSON.parse),
      candidate("all digits, exact", precise, ExactNumber.parse),
      candidate("one too long, exact", odd, ExactNumber.parse)
    ],
    { warmUp: 5, rounds: 31 }
  )
  const size = (plain.length / 1e6).toFixed(1)
  yield* Measure.print(`numbers: a page of 1,000 conversations, ${size} MB, is parsed`, rows, "ms")
})
