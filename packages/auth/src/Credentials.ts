/**
 * Who a program is: the grant that it shows to be given a token, and every change of it. Where it is shown is
 * `Environment`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { ConfigurationError } from "./ConfigurationError.ts"
import * as Grant from "./Grant.ts"
import * as Setting from "./internal/setting.ts"

export class Credentials extends Context.Service<
  Credentials,
  {
    /** The grant as it is now. */
    readonly current: Effect.Effect<Grant.Grant>
    /** Every change of the grant, without the present one. Empty if it never changes. */
    readonly changes: Stream.Stream<Grant.Grant>
  }
>()("@effect-genesys/auth/Credentials") {
  /** Credentials that never change. */
  static readonly layer = (grant: Grant.Grant): Layer.Layer<Credentials> => Layer.succeed(Credentials, constant(grant))

  /** From `GENESYS_CLOUD_CLIENT_ID` and `GENESYS_CLOUD_CLIENT_SECRET`. Read once, when the layer is built. */
  static readonly layerConfig: Layer.Layer<Credentials, ConfigurationError> = Layer.effect(
    Credentials,
    Effect.suspend(() => Effect.map(fromConfig, constant))
  )
}

const constant = (grant: Grant.Grant) => Credentials.of({ current: Effect.succeed(grant), changes: Stream.empty })

// Both go into one Basic header, which a colon splits: the id cannot hold one, and neither can hold a blank.
const ClientId = Schema.String.check(Schema.isPattern(/^[\x21-\x39\x3b-\x7e]+$/))
const ClientSecret = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+$/))

const required = (name: string, schema: Schema.Codec<string, string>, expected: string) =>
  Effect.flatMap(
    Setting.optional(name),
    Option.match({
      onNone: () => Effect.fail(Setting.missing(name, expected)),
      onSome: (text) => Setting.decode(name, text, { schema, expected })
    })
  )

const fromConfig = Effect.gen(function* () {
  const clientId = yield* required(
    "GENESYS_CLOUD_CLIENT_ID",
    ClientId,
    "the id of an OAuth client in Genesys Cloud (a UUID)"
  )
  const clientSecret = yield* required(
    "GENESYS_CLOUD_CLIENT_SECRET",
    ClientSecret,
    "the secret of that OAuth client, as Genesys Cloud shows it, without blanks"
  )
  return new Grant.ClientCredentials({ clientId, clientSecret: Redacted.make(clientSecret) })
})
