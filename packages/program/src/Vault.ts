/** One place that secrets can be in. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"

/** Keeps secrets by an id. Fails with a `ConfigurationError` that says what to do. */
export interface Vault {
  readonly get: (id: string) => Effect.Effect<Option.Option<Redacted.Redacted>, ConfigurationError>
  readonly put: (id: string, secret: Redacted.Redacted) => Effect.Effect<void, ConfigurationError>
  readonly remove: (id: string) => Effect.Effect<void, ConfigurationError>
}
