/**
 * `/api/v2/oauth/clients`: describes a client, and gives it a new secret. The tokens that it has stay alive.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Redacted from "effect/Redacted"
import { ClientBody, ClientWithSecret } from "../../api/OAuthClientsApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { clientBody } from "./clientBody.ts"
import { Clients } from "./clients.ts"
import { answerAs } from "../shared/answerAs.ts"
import { notFound } from "../shared/notFound.ts"

const answerClient = answerAs(ClientBody)
const answerSecret = answerAs(ClientWithSecret)

export const OAuthClientsLive = HttpApiBuilder.group(
  SimulatorApi,
  "oauthClients",
  Effect.fnUntraced(function* (handlers) {
    const clients = yield* Clients
    const find = (id: string) => {
      const client = clients.find(id)
      return client === undefined ? notFound(`There is no OAuth client ${id}.`) : Effect.succeed(client)
    }
    return handlers.handleAll({
      get: ({ params }) => Effect.map(find(params.id), (client) => answerClient(clientBody(client))),
      regenerateSecret: ({ params }) =>
        Effect.map(find(params.id), (client) => {
          clients.regenerateSecret(client)
          return answerSecret({ ...clientBody(client), secret: Redacted.value(client.secret) })
        })
    })
  })
)
