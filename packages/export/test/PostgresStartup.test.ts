/** Something that listens where a database should be, and does not begin as PostgreSQL does: it is refused, and left alone. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as PostgresSink from "../src/PostgresSink.ts"
import { authenticationOk, cleartextPassword, readyForQuery, start } from "./FakePostgres.ts"

const password = "canary"

const early =
  /^PostgreSQL at localhost:\d+\/a cannot be read or written: The server says that it is ready before it has let.* does not go on until/
const clear = /asks for the password in the clear.* does not go on until/

const cases: Readonly<Record<string, readonly [asks: ReadonlyArray<Buffer>, message: RegExp]>> = {
  "is ready before anybody is in": [[readyForQuery], early],
  "is ready, and wants the password in the same breath": [[Buffer.concat([readyForQuery, cleartextPassword])], early],
  "is ready, and wants the password then": [[readyForQuery, cleartextPassword], early],
  "lets in, is ready, and wants the password after all": [
    [Buffer.concat([authenticationOk, readyForQuery, cleartextPassword])],
    clear
  ],
  "lets in, and goes on without being asked": [
    [Buffer.concat([authenticationOk, readyForQuery, Buffer.alloc(128 * 1024, readyForQuery)])],
    /The server ends each connection before anything is asked of it/
  ]
}

describe("a server that nobody has verified, and that", () => {
  for (const [what, [asks, message]] of Object.entries(cases)) {
    for (const mode of ["disable", "prefer"]) {
      it.live(
        `${what}, fails at once with sslmode=${mode}`,
        () =>
          Effect.gen(function* () {
            const fake = yield* start({ tls: "N", asks })
            const url = Redacted.make(`postgres://me:${password}@localhost:${fake.port}/a?sslmode=${mode}`)
            const error = yield* Effect.scoped(Layer.build(PostgresSink.layerUrl({ url }))).pipe(
              Effect.flip,
              Effect.timeout("4 seconds"),
              Effect.ensuring(Effect.sync(() => assert.isAtMost(fake.connections(), 6)))
            )
            assert.strictEqual(error._tag, "SinkError")
            assert.match(error.message, message)
            assert.notInclude(fake.heard(), password)
          }).pipe(Effect.scoped),
        15_000
      )
    }
  }
})
