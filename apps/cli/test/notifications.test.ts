/** `genesys notifications listen` while the API host cannot be reached. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import * as Server from "../../../packages/client/test/network/Server.ts"
import * as Cli from "./support/Cli.ts"
import * as Programs from "./support/Programs.ts"

it.live("notifications listen says why there is no channel, at once and on standard error, and goes on", () =>
  Effect.gen(function* () {
    const { port } = yield* Server.listen(
      createServer((_, response) =>
        response.end(JSON.stringify({ access_token: "t".repeat(86), token_type: "bearer", expires_in: 86_400 }))
      )
    )
    const begun = performance.now()
    const { code, stderr, stdout } = yield* Programs.run(
      "genesys",
      ["notifications", "listen", "v2.users.x.presence"],
      {
        env: {
          GENESYS_CLOUD_LOGIN_URL: `http://127.0.0.1:${port}`,
          GENESYS_CLOUD_API_URL: "http://127.0.0.1:1",
          GENESYS_CLOUD_CLIENT_ID: "id",
          GENESYS_CLOUD_CLIENT_SECRET: "secret",
          XDG_CACHE_HOME: Cli.folder()
        },
        until: /WARN.*\n/
      }
    )
    assert.isBelow(performance.now() - begun, 8_000)
    assert.match(stderr, /WARN.*there is no channel; it is tried again.*127\.0\.0\.1:1 cannot be reached/)
    assert.deepStrictEqual([code === 0, stdout], [false, ""])
  })
)
