/** What the server offers, apart from how it does it. */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"

/** Who has an e-mail address. */
export const Colleague = Schema.Struct({ id: Schema.String, name: Schema.String })

/** 404: nobody has it. */
export class Nobody extends Schema.TaggedError<Nobody>()(
  "Nobody",
  { message: Schema.String },
  { httpApiStatus: 404 }
) {}

/** 503: Genesys Cloud cannot be asked now. */
export class Unavailable extends Schema.TaggedError<Unavailable>()(
  "Unavailable",
  { message: Schema.String },
  { httpApiStatus: 503 }
) {}

export class Api extends HttpApi.make("colleagues").add(
  HttpApiGroup.make("people").add(
    HttpApiEndpoint.get("find", "/colleagues/:email", {
      params: { email: Schema.NonEmptyString },
      success: Colleague,
      error: [Nobody, Unavailable]
    })
  ),
  HttpApiGroup.make("health").add(
    /** It lives. */
    HttpApiEndpoint.get("live", "/healthz", { success: Schema.String }),
    /** It has a token that is good: it can work. */
    HttpApiEndpoint.get("ready", "/readyz", { success: Schema.String, error: Unavailable })
  )
) {}
