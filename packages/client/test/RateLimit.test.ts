/** The layer for one process, as every rate limit has to be. How it paces the calls of clients is in Pacing.test.ts. */
import { describe, it } from "@effect/vitest"
import { RateLimitSuite } from "@effect-genesys/client/testing"
import * as Effect from "effect/Effect"
import { RateLimit } from "../src/RateLimit.ts"

describe("a rate limit of one process", () => {
  for (const { name, run } of RateLimitSuite.cases(() => RateLimit.layer)) it.live(name, () => run)
})

it.live("cases in a program that has a limit of its own are run on new ones", () =>
  Effect.forEach(
    RateLimitSuite.cases(() => RateLimit.layer),
    ({ run }) => run,
    { discard: true }
  ).pipe(Effect.provide(RateLimit.layer))
)
