/**
 * The contract: each row of what is known of Genesys, as requests and the answer that is expected. The rows are in
 * `contract/`.
 */
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Simulator } from "../src/Simulator.ts"
import * as Api from "./contract/api.ts"
import * as Data from "./contract/data.ts"
import * as Login from "./contract/login.ts"
import { play } from "./support/Contract.ts"

const table = { "the login host": Login.rows, "every call": Api.rows, "what is called": Data.rows }

for (const [part, rows] of Object.entries(table)) {
  describe(part, () => {
    for (const row of rows) {
      it.effect(row.name, () => play(row).pipe(Effect.provide(Simulator.layerHttpClient(row.given))))
    }
  })
}
