/**
 * A process for `packages/benchmarks/src/FleetGrowth.ts`: PostgreSQL on loopback, in a folder of its own as that of a run of the tests. By IPC it is asked for a database that nobody else has, and
 * answers its URL; or for what a statement finds in one, and answers the rows. It ends with who has started it.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Postgres } from "../../export/test/Postgres.ts"
import * as Database from "../../export/test/Database.ts"
import begin from "../../../scripts/test/temporary.ts"

const decode = Schema.decodeUnknownSync(
  Schema.Union([Schema.Literal("database"), Schema.Struct({ url: Schema.String, sql: Schema.String })])
)

const serve = Effect.gen(function* () {
  const { database } = yield* Postgres
  process.on("message", (message) => {
    const asked = decode(message)
    const answer: Effect.Effect<unknown> =
      asked === "database" ? database : Database.query(Redacted.make(asked.url), asked.sql)
    void Effect.runPromise(answer).then((found) => process.send?.(found))
  })
  yield* Effect.callback<void>((resume) => {
    process.once("disconnect", () => resume(Effect.void))
    process.send?.("ready")
  })
}).pipe(Effect.provide(Postgres.layer))

const end = begin()
void Effect.runPromise(serve).finally(end)
