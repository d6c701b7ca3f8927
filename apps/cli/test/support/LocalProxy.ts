/** A local proxy in this process, in front of a simulator or of a server that a test scripts. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Transport from "@effect-genesys/client/Transport"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer, request, type IncomingMessage, type RequestListener } from "node:http"
import { connect } from "node:net"
import * as Stream from "node:stream"
import * as Limits from "../../src/proxy/limits.ts"
import { LocalProxy, type LocalProxyOptions } from "../../src/proxy/LocalProxy.ts"

export interface Options extends Partial<LocalProxyOptions> {
  /** @default the simulator's */
  readonly apiUrl?: string | undefined
  /** @default the simulator's */
  readonly loginUrl?: string | undefined
  readonly clientSecret?: string | undefined
  readonly policy?: Policy | undefined
  readonly limits?: Partial<Limits.Limits> | undefined
}

/** Starts one for the scope, and answers its URL. */
export const start = Effect.fnUntraced(function* (options: Options = {}) {
  const { clientId, clientSecret, url } = yield* Simulator
  const secret = options.clientSecret === undefined ? clientSecret : Redacted.make(options.clientSecret)
  const usual: Limits.Limits = yield* Limits.Limits
  const built = yield* Layer.build(
    LocalProxy.layer({ place: { port: 0 }, secret: true, ...options }).pipe(
      Layer.provide(TokenManager.layer),
      Layer.provide(TokenEndpoint.layerHttp),
      Layer.provide([
        Credentials.layer(new ClientCredentials({ clientId, clientSecret: secret })),
        RateLimit.layer,
        Environment.layer({ loginUrl: options.loginUrl ?? url, apiUrl: options.apiUrl ?? url }),
        Transport.layer,
        NodeCrypto.layerDigest,
        NodeFileSystem.layer,
        NodePath.layer
      ]),
      Layer.provide([
        Layer.succeed(RetryPolicy, options.policy ?? new Policy({ maxRetries: 0 })),
        Layer.succeed(Limits.Limits, Object.assign({}, usual, options.limits))
      ])
    )
  )
  return Redacted.value(Context.get(built, LocalProxy).url)
})

/** A server in place of the API. */
export const api = Effect.fnUntraced(function* (listener: RequestListener) {
  const server = createServer(listener)
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
})

export interface Call {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array | Stream.Readable
}

/** One request, with nothing added by a client, whose answer is yet to be read. */
export const open = (url: string, { body, headers, method }: Call = {}) =>
  Effect.callback<IncomingMessage, Error>((resume) => {
    const sent = request(url, { method: method ?? "GET", headers: headers ?? {}, agent: false }, (answer) =>
      resume(Effect.succeed(answer))
    )
    sent.on("error", (error) => resume(Effect.fail(error)))
    if (body instanceof Stream.Readable) body.pipe(sent)
    else sent.end(body)
    return Effect.sync(() => sent.destroy())
  })

/** One request and its whole answer. */
export const call = (url: string, options?: Call) =>
  Effect.flatMap(open(url, options), (answer) =>
    Effect.promise(async () => {
      const parts: Array<Buffer> = []
      for await (const part of answer) parts.push(part)
      const bytes = Buffer.concat(parts)
      return { status: answer.statusCode ?? 0, headers: answer.headers, bytes, text: bytes.toString() }
    })
  )

/** Sends bytes as they are, and answers the first answer's text. */
export const raw = (url: string, text: string) =>
  Effect.callback<string, Error>((resume) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text, "latin1"))
    let received = ""
    socket.setTimeout(5_000, () => socket.destroy(new Error("no answer")))
    socket.on("data", (part: Buffer) => {
      received += part.toString()
      if (/\r\n\r\n\{.*\}$/s.test(received)) socket.end()
    })
    socket.on("error", (error) => resume(Effect.fail(error)))
    socket.on("close", () => resume(Effect.succeed(received)))
  })
