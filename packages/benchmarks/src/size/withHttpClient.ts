/** A program that makes one typed call with Effect's own HTTP client. */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"

const User = Schema.Struct({ id: Schema.String, name: Schema.String })

export const user = HttpClient.get("https://api.example.com/users/me").pipe(
  Effect.flatMap(HttpClientResponse.schemaBodyJson(User)),
  Effect.provide(FetchHttpClient.layer)
)
