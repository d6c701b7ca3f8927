/**
 * How far long work has come, with its rate and the time left: one line on standard error that is drawn again and again, and
 * only if that is a terminal which shows nothing else.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"

export interface Options<R> {
  /** What is counted, such as `conversations`. */
  readonly what: string
  /** How many there will be, more or less. Asked for only if somebody sees it. */
  readonly total?: Effect.Effect<number | undefined, unknown, R> | undefined
  /** What is so until the first of them comes. @default "waiting for" */
  readonly before?: string | undefined
  /** The results go to a file, so that a terminal on standard output is free. */
  readonly file?: boolean | undefined
}

const clear = [TerminalText.toLineStart, TerminalText.clearLine]

const number = (value: number) => Math.round(value).toLocaleString("en-US")

/** Such as `Genesys prepares about 3,000 conversations, 12s`. */
export const describeWait = (before: string, what: string, seconds: number, total: number | undefined): string =>
  `${before} ${total === undefined ? "" : `about ${number(total)} `}${what}, ${Duration.format(Duration.seconds(Math.ceil(seconds)))}`

/** Such as `1,200 of about 3,000 conversations, 400/s, 5s left`. @param seconds since the first of them came */
export const describe = (what: string, done: number, seconds: number, total: number | undefined): string => {
  const rate = seconds > 0 ? done / seconds : 0
  const left = total === undefined || rate === 0 ? undefined : Math.max(0, total - done) / rate
  return [
    `${number(done)}${total === undefined ? "" : ` of about ${number(total)}`} ${what}`,
    `${rate >= 10 ? number(rate) : rate.toFixed(1)}/s`,
    ...(left === undefined ? [] : [`${Duration.format(Duration.seconds(Math.ceil(left)))} left`])
  ].join(", ")
}

export interface Counter {
  /** So many more are done. */
  readonly add: (done: number) => void
}

/** Draws for as long as the scope is open. Nothing where nobody sees it. */
export const counter = Effect.fnUntraced(function* <R = never>({
  before = "waiting for",
  file = false,
  total,
  what
}: Options<R>) {
  if (!process.stderr.isTTY || (process.stdout.isTTY && !file)) return undefined
  let done = 0
  let firstAt: number | undefined
  let expected: number | undefined
  const draw = Effect.fnUntraced(function* () {
    const start = yield* Clock.currentTimeMillis
    if (total !== undefined) {
      yield* Effect.forkChild(
        Effect.ignore(
          Effect.map(total, (found) => {
            expected = found
          })
        )
      )
    }
    while (true) {
      yield* Effect.sleep("200 millis")
      const now = yield* Clock.currentTimeMillis
      const text =
        firstAt === undefined
          ? describeWait(before, what, (now - start) / 1000, expected)
          : describe(what, done, (now - firstAt) / 1000, expected)
      Streams.tell(...clear, text)
    }
  })
  yield* Effect.forkScoped(draw())
  yield* Effect.addFinalizer(() => Effect.sync(() => Streams.tell(...clear)))
  const clock = yield* Clock.Clock
  const add = (more: number) => {
    firstAt ??= clock.currentTimeMillisUnsafe()
    done += more
  }
  const counted: Counter = { add }
  return counted
})

export const count =
  (to: Counter | undefined) =>
  <A, E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
    to === undefined
      ? stream
      : Stream.mapArray(stream, (chunk) => {
          to.add(chunk.length)
          return chunk
        })

export const rows =
  <R2 = never>(options: Options<R2>) =>
  <A, E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<A, E, R | R2> =>
    Stream.unwrap(Effect.map(counter(options), (counted) => count(counted)(stream)))
