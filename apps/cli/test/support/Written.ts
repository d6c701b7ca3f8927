/** What an effect writes on a stream of this process. */
import * as Effect from "effect/Effect"
import { vi } from "vitest"

export const on = (stream: NodeJS.WriteStream) =>
  Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
    const parts: Array<string | Uint8Array> = []
    const write = vi.spyOn(stream, "write").mockImplementation((part, done?: unknown) => {
      parts.push(part)
      if (typeof done === "function") done()
      return true
    })
    const result = yield* Effect.result(effect).pipe(Effect.ensuring(Effect.sync(() => write.mockRestore())))
    return { text: Buffer.concat(parts.map((part) => Buffer.from(part))).toString(), result }
  })

export const onOutput = on(process.stdout)
