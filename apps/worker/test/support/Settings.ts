/** The environment that points a program at a simulator. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Env } from "./Process.ts"

export const env: Effect.Effect<Env, never, Simulator> = Simulator.use(({ clientId, clientSecret, url }) =>
  Effect.succeed({
    GENESYS_CLOUD_LOGIN_URL: url,
    GENESYS_CLOUD_API_URL: url,
    GENESYS_CLOUD_CLIENT_ID: clientId,
    GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
  })
)
