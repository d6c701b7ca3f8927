/** Rows of aggregates, whose values are in no order: those of a copy, and those that Genesys has. */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import type { FactName } from "../src/FactNames.ts"
import type { Row } from "../src/Row.ts"
import * as FactsTruth from "./FactsTruth.ts"

export const held = (rows: ReadonlyMap<string, Row>) =>
  [...rows.values()]
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ value }) => FactsTruth.comparable(value))

/** By the client of the test, whose clock is that of the simulator. */
export const truth = (kind: FactName, days: ReadonlyArray<string>) =>
  Effect.flatMap(GenesysClient, (client) =>
    FactsTruth.ofDays(kind, days, (to, body) =>
      Effect.orDie(client.json(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(to), body), Schema.Unknown))
    )
  )
