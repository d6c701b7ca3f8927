/** An adopted client goes the way of our transport: through the proxy of the environment, but for the hosts of `NO_PROXY`. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import pc from "purecloud-platform-client-v2"
import { afterEach, vi } from "vitest"
import { adopt } from "../src/adopt.ts"

/** A proxy that lets nobody through, and what it was asked for. It is the login host, too. */
const refusing = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly asked: Array<string>; readonly close: () => void }>((resume) => {
    const asked: Array<string> = []
    const server = createServer((_, response) =>
      response.end(JSON.stringify({ access_token: "t", token_type: "bearer", expires_in: 300 }))
    )
    server.on("connect", ({ url = "" }, socket) => {
      asked.push(url)
      socket.end("HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n")
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ port, asked, close: () => server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

afterEach(() => void vi.unstubAllEnvs())

for (const [variable, NO_PROXY, isAsked] of [
  ["HTTPS_PROXY", "login.invalid", true],
  ["HTTPS_PROXY", "api.invalid", false],
  ["ALL_PROXY", "login.invalid", true]
] as const) {
  it.live(`the proxy of ${variable} is ${isAsked ? "" : "not "}asked for api.invalid with NO_PROXY=${NO_PROXY}`, () =>
    Effect.gen(function* () {
      const { asked, port } = yield* refusing
      const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"]
      for (const name of names) vi.stubEnv(name, "")
      vi.stubEnv(variable, `http://127.0.0.1:${port}`)
      vi.stubEnv("NO_PROXY", NO_PROXY)
      const client = new pc.ApiClientClass()
      client.config.live_reload_config = false
      const settings = {
        clientId: "id",
        clientSecret: "secret",
        loginUrl: `http://127.0.0.1:${port}`,
        apiUrl: "https://api.invalid",
        retry: { maxRetries: 0 }
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => adopt(client, settings)),
        ({ close }) => Effect.promise(close)
      )
      const error = yield* Effect.flip(
        Effect.tryPromise({ try: () => new pc.UsersApi(client).getUsersMe(), catch: (rejection) => rejection })
      )
      assert.propertyVal(error, "_tag", "UnavailableError")
      assert.match(String(error), isAsked ? /Proxy response \(502\)/ : /ENOTFOUND|EAI_AGAIN/)
      assert.deepStrictEqual(asked, isAsked ? ["api.invalid:443"] : [])
    })
  )
}
