/**
 * A process for ExportDay.ts: exports the day before yesterday from the simulator at the URL that it gets, into the directory
 * that it gets, twice, as `genesys-worker` does: the second time every row is merged with the one that is there. By IPC it says what
 * that took.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Transport from "@effect-genesys/client/Transport"
import * as Day from "@effect-genesys/export/Day"
import * as Exporter from "@effect-genesys/export/Exporter"
import * as NdjsonSink from "@effect-genesys/export/NdjsonSink"
import * as SmallHeap from "@effect-genesys/runtime/SmallHeap"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const [, , url = "", directory = ""] = process.argv
const day = 86_400_000

const client = ConversationDetails.layer.pipe(
  Layer.provideMerge(GenesysClient.layer),
  Layer.provide(TokenManager.layer),
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide(NodeCrypto.layerDigest),
  Layer.provide(
    Credentials.layer(new ClientCredentials({ clientId: "caller", clientSecret: Redacted.make("secret") }))
  ),
  Layer.provide(Environment.layer({ loginUrl: url, apiUrl: url })),
  Layer.provide(Transport.layer)
)

const program = Effect.gen(function* () {
  yield* SmallHeap.keep
  const now = yield* Clock.currentTimeMillis
  const range = { since: Day.of(now - 2 * day), until: Day.of(now - day) }
  for (let run = 0; run < 2; run++) {
    const [took, { failed, rows }] = yield* Effect.timed(Exporter.conversations({ ...range, jobsPerDay: 4 }))
    const peak = process.resourceUsage().maxRSS * 1024
    const said = { rows, failed: failed.length, seconds: Duration.toSeconds(took), peak }
    yield* Effect.sync(() => process.send?.(said))
    // The next run has something to do once the data lake has moved on.
    if (run === 0) yield* Effect.sleep("5 minutes")
  }
})

NodeRuntime.runMain(
  Effect.provide(program, Layer.merge(client, Layer.provide(NdjsonSink.layer({ directory }), NodeServices.layer)))
)
