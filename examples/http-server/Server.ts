/** The server: one token for all requests, readiness from the token's status, and an end that breaks off no answer. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Users } from "@effect-genesys/client/Users"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { createServer } from "node:http"
import { Api, Nobody, Unavailable } from "./Api.ts"

const people = HttpApiBuilder.group(
  Api,
  "people",
  Effect.fnUntraced(function* (handlers) {
    const users = yield* Users
    return handlers.handle("find", ({ params: { email } }) =>
      users.findByEmail(email).pipe(
        // Whoever asks can do nothing about the others: the log has them, and what to do.
        Effect.tapError((error) => Effect.logWarning(error.message)),
        Effect.mapError(() => new Unavailable({ message: "Genesys Cloud cannot be asked now." })),
        Effect.flatMap(
          Option.match({
            onNone: () => Effect.fail(new Nobody({ message: `Nobody has the address ${email}.` })),
            onSome: ({ id, name = "" }) => Effect.succeed({ id, name })
          })
        )
      )
    )
  })
)

const health = HttpApiBuilder.group(
  Api,
  "health",
  Effect.fnUntraced(function* (handlers) {
    const manager = yield* TokenManager
    // The first token is asked for now, and not by the first request.
    yield* Effect.forkScoped(Effect.ignore(manager.token))
    return handlers.handleAll({
      live: () => Effect.succeed("ok"),
      ready: () =>
        Effect.flatMap(manager.status, ({ state }) =>
          state === "ready"
            ? Effect.succeed("ok")
            : Effect.fail(new Unavailable({ message: `There is no token: ${state}.` }))
        )
    })
  })
)

/** What is asked when it is to end has ten seconds to be answered. */
export const layer = ({ host = "127.0.0.1", port }: { readonly host?: string; readonly port: number }) =>
  HttpRouter.serve(HttpApiBuilder.layer(Api).pipe(Layer.provide([people, health]))).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "10 seconds" }))
  )
