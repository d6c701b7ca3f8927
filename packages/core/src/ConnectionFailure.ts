/**
 * Why a host could not be reached: what the transport's error means, and which setting mends it. Whoever reports such an
 * error asks here, so that the login host's and the API's say the same.
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The proxy itself could not be reached; no host was asked. A transport that uses proxies fails with it. */
export class ProxyError extends Data.TaggedError("ProxyError")<{
  /** Names the proxy by host and port; never its user or password. */
  readonly message: string
  /** The error code of the connection, such as `ECONNREFUSED`. */
  readonly code: string | undefined
  readonly cause: unknown
}> {}

/** Why a host could not be reached, in words for a person. */
export interface Explanation {
  /** What happened, in one line, as the innermost error says it; empty if the transport does not say. */
  readonly detail: string
  /** What to do about it: whole sentences. None if there is nothing better to say than "check the network". */
  readonly advice: string | undefined
}

/**
 * Looks through an error and its causes for what a person can do about it.
 *
 * @param cause what the transport failed with: an error of Node or undici, or one that wraps it, as fetch's and Effect's
 */
export const explain = (cause: unknown): Explanation => {
  const chain = causesOf(cause)
  const proxy = chain.find((error) => error._tag === "ProxyError")
  const said = proxy === undefined ? chain.toReversed() : [proxy]
  return {
    detail: said.map(({ code = "", message = "" }) => oneLine(message) || code).find((text) => text !== "") ?? "",
    advice: chain.map(adviceOf).find((advice) => advice !== undefined) ?? (proxy && proxyUnreachable)
  }
}

/**
 * Whether waiting alone does not help: nobody listens there, nobody knows the name, a certificate is wrong, or a proxy refuses.
 *
 * @param cause as for `explain`
 */
export const lasts = (cause: unknown): boolean =>
  causesOf(cause).some(
    ({ code = "", message = "" }) =>
      lastingCodes.some((codes) => codes.test(code)) || proxyStatus.exec(message)?.[1]?.startsWith("4") === true
  )

/** Whether there was a connection, which the other side closed. */
export const isDropped = (cause: unknown): boolean => causesOf(cause).some(({ code = "" }) => dropped.test(code))

const SystemError = Schema.Struct({
  _tag: Schema.optional(Schema.String),
  code: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String),
  cause: Schema.optional(Schema.Unknown),
  /** Where the event of a WebSocket has it. */
  error: Schema.optional(Schema.Unknown),
  /** Where the errors of Effect have it. */
  reason: Schema.optional(Schema.Unknown)
})
const decodeSystemError = Schema.decodeUnknownOption(SystemError)

/** The error and what it wraps, the outermost first. */
const causesOf = (cause: unknown, depth = 0): ReadonlyArray<typeof SystemError.Type> =>
  Option.match(depth < 8 ? decodeSystemError(cause) : Option.none(), {
    onNone: () => [],
    onSome: (error) => [error, ...causesOf(error.cause ?? error.error ?? error.reason, depth + 1)]
  })

const adviceOf = ({ _tag, code = "", message = "" }: typeof SystemError.Type): string | undefined => {
  if (_tag === "FollowedError") return followsRedirects
  const status = proxyStatus.exec(message)?.[1]
  if (status === "407") return proxyLogin
  if (status !== undefined) return status.startsWith("5") ? proxyFailed : proxyRefused
  return advices.find(([codes]) => codes.test(code))?.[1]
}

const followsRedirects =
  "Its answer was not used. Give the layer an HttpClient that follows none, and check the URL and any gateway in between."

/** How undici tells what a proxy answered. */
const proxyStatus = /^Proxy (?:response|Authentication Required) \((\d{3})\)/

const proxyLogin =
  "The proxy asks for a user name and a password, or refuses those that it was given: set HTTPS_PROXY to " +
  "http://user:password@host:port, with special characters percent-encoded."
const proxyRefused =
  "The proxy does not let this connection through: have the host allowed there, or name it in NO_PROXY if it can be " +
  "reached directly."
const proxyFailed =
  "The proxy could not connect to the host: try again later, and check the URL and, with whoever runs the proxy, its way out."
const proxyUnreachable = "Check HTTPS_PROXY, or name the host in NO_PROXY if it can be reached without the proxy."

// The error codes of OpenSSL, Node and undici.
const unknownAuthority =
  /^(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED)$/
const outOfTime = /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/
const otherHost = /^ERR_TLS_CERT_ALTNAME_INVALID$/
const clientCertificate = /^ERR_SSL_[^_]+_ALERT_(?:[A-Z_]*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/
const notTls = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/
const notConnected = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
const dropped = /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/

const lastingCodes = [unknownAuthority, outOfTime, otherHost, clientCertificate, notTls, notConnected]

/** The first that fits. */
const advices: ReadonlyArray<readonly [RegExp, string]> = [
  [
    unknownAuthority,
    "The certificate is signed by an authority that is not known here, as those of a company's proxy or gateway are: set " +
      "GENESYS_CLOUD_CA_FILE to a file that holds the certificate of that authority (PEM)."
  ],
  [
    outOfTime,
    "The certificate is not valid now: check the clock of this machine; if it is right, whoever runs the host must renew " +
      "the certificate."
  ],
  [
    otherHost,
    "The certificate belongs to another host: check GENESYS_CLOUD_LOGIN_URL, GENESYS_CLOUD_API_URL and HTTPS_PROXY, as " +
      "far as they are set, and whether something in between answers instead."
  ],
  [
    clientCertificate,
    "It asks for a client certificate, or refuses the one that it was shown: set GENESYS_CLOUD_CLIENT_CERT_FILE and " +
      "GENESYS_CLOUD_CLIENT_KEY_FILE."
  ],
  [
    notTls,
    "What answers there does not speak TLS: check the port, and whether HTTPS_PROXY must begin with http:// (as for most " +
      "proxies)."
  ],
  [/^UND_ERR_(?:PRX_CONN|HEADERS_TIMEOUT)$/, `The proxy did not answer. ${proxyUnreachable}`],
  [
    /^(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT)$/,
    "Check the network and the URL. If this network is left through a proxy, set HTTPS_PROXY, and do not name the host in NO_PROXY."
  ],
  [
    dropped,
    "The connection was closed before the answer was complete. Check the network and any proxy in between; if the host " +
      "wants a client certificate, set GENESYS_CLOUD_CLIENT_CERT_FILE and GENESYS_CLOUD_CLIENT_KEY_FILE."
  ]
]

const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim()
