/**
 * Redirects are never followed: what a request carries, be it a token, a secret or a body, is for the host that it was made
 * for. A transport that can be told so is told so; one that follows all the same is found out by where its answer comes from.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"

type Request = HttpClientRequest.HttpClientRequest
type Response = HttpClientResponse.HttpClientResponse

/** The transport followed a redirect to another host. Its answer is not used. */
export class FollowedError extends Data.TaggedError("FollowedError")<{ readonly message: string }> {}

/** Whether a request failed because the transport followed a redirect: it would do so again. */
export const isFollowed = ({ reason }: HttpClientError.HttpClientError): boolean =>
  "cause" in reason && reason.cause instanceof FollowedError

/**
 * Whether a status is that of a redirect. Browsers show none of what they are told not to follow, and say 0. A 304 sends
 * nobody anywhere.
 */
export const isRedirect = (status: number): boolean => status === 0 || (status >= 300 && status < 400 && status !== 304)

const longest = 200

/** Where a redirect leads, as a message says it: the origin and no more, since paths and queries may hold what is secret. */
export const target = (headers: Headers.Headers, from: string): string => {
  const location = headers["location"]
  if (location === undefined) return "a place that it does not name"
  if (!URL.canParse(location, from)) return "what is no address"
  const { origin, protocol } = new URL(location, from)
  if (protocol !== "http:" && protocol !== "https:") return "what is no address of the web"
  return origin === new URL(from).origin ? "another path of the same host" : origin.slice(0, longest)
}

/** The client with redirects left to the caller, who gets them as answers. It fails where they were followed off the host. */
export const unfollowed = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.makeWith(
    (request) =>
      Effect.suspend(() => {
        let sent: Request | undefined
        const manual = Effect.flatMap(request, (made) => {
          sent = made
          return tellFetch(made)
        })
        return Effect.flatMap(kept(client.postprocess(manual)), (response) =>
          sent === undefined ? Effect.succeed(response) : checked(sent, response)
        )
      }),
    client.preprocess
  )

/**
 * The last thing before fetch reads its options, which may have come with its layer, such as a dispatcher for a proxy: they
 * stay, but for this one.
 */
const tellFetch = (request: Request) =>
  Effect.withFiber<Request>((fiber) => {
    const given = Context.getOrUndefined(fiber.context, FetchHttpClient.RequestInit)
    fiber.setContext(Context.add(fiber.context, FetchHttpClient.RequestInit, { ...given, redirect: "manual" }))
    return Effect.succeed(request)
  })

const Kept = Context.Reference<boolean>("@effect-genesys/core/Redirect/Kept", { defaultValue: () => false })

/** Whatever it changes in its context is undone after it. */
const kept = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.updateContext(effect, (context: Context.Context<never>) => Context.add(context, Kept, true))

/** Where a URL is, as it is written. */
const written = /^https?:\/\/[^/?#\\]+/

const checked = (request: Request, response: Response): Effect.Effect<Response, HttpClientError.HttpClientError> => {
  const [place] = written.exec(request.url) ?? []
  // Nearly always, and found out without taking URLs apart.
  if (place !== undefined && response.url.startsWith(`${place}/`)) return Effect.succeed(response)
  const asked = Option.getOrUndefined(HttpClientRequest.toUrl(request))?.origin
  const { url } = response
  if (asked === undefined || !URL.canParse(url) || url.startsWith(`${asked}/`)) return Effect.succeed(response)
  const { origin } = new URL(url)
  if (origin === asked) return Effect.succeed(response)
  const cause = new FollowedError({
    message: `${asked} was asked and ${origin.slice(0, longest)} answered, because the HttpClient follows redirects`
  })
  return Effect.fail(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
  )
}
