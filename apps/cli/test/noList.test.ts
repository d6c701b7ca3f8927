/** What commands make of a 200 that is no answer: a gateway's, in the place of Genesys Cloud. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import * as Server from "../../../packages/client/test/network/Server.ts"
import * as Cli from "./support/Cli.ts"
import * as InProcess from "./support/InProcess.ts"

const answers = {
  "an empty page": [200, "text/html", ""],
  "a 204": [204, "text/html", ""],
  "an empty object": [200, "application/json", "{}"],
  "a note of a gateway": [200, "application/json", '{"status":"ok","maintenance":true}']
} as const

const commands = {
  "users list": ["users", "list"],
  "queues list": ["queues", "list"],
  "users find": ["users", "find", "a@b.de"],
  "conversations query": ["conversations", "query", "--interval", "2026-01-01"],
  "sdk call": ["sdk", "call", "getUsers"],
  "api GET": ["api", "GET", "users"],
  "api GET --paginate": ["api", "GET", "users", "--paginate"],
  "users export": ["users", "export", "--force", "--out"]
}

/** Whoever asks for a path may have meant it. */
const isPrinted = (command: string, answer: string) =>
  (command === "sdk call" || command === "api GET") && answer !== "an empty page"

const host = Effect.fnUntraced(function* (status: number, type: string, body: string) {
  const { port } = yield* Server.listen(
    createServer((request, response) => {
      const isLogin = request.url === "/oauth/token"
      response.writeHead(isLogin ? 200 : status, { "content-type": isLogin ? "application/json" : type })
      response.end(
        isLogin ? JSON.stringify({ access_token: "t".repeat(86), token_type: "bearer", expires_in: 86_400 }) : body
      )
    })
  )
  const url = `http://127.0.0.1:${port}`
  return {
    GENESYS_CLOUD_LOGIN_URL: url,
    GENESYS_CLOUD_API_URL: url,
    GENESYS_CLOUD_CLIENT_ID: "id",
    GENESYS_CLOUD_CLIENT_SECRET: "secret",
    XDG_CACHE_HOME: Cli.folder()
  }
})

describe.each(Object.entries(answers))("%s", (answer, [status, type, body]) => {
  it.live("is no empty list: exit code 7, and a file stays as it is", () =>
    Effect.gen(function* () {
      const env = yield* host(status, type, body)
      const file = join(Cli.folder(), "keep.ndjson")
      writeFileSync(file, "kept\n")
      for (const [name, args] of Object.entries(commands)) {
        if (isPrinted(name, answer)) continue
        const all = [...args, ...(name === "users export" ? [file] : []), "--max-retries", "0"]
        const { code, stderr, stdout } = yield* InProcess.run(all, env)
        assert.deepStrictEqual([code, stdout], [7, ""], `${name}: ${stderr}`)
        assert.match(stderr, /was answered with .*Check .*proxy/, name)
      }
      assert.strictEqual(readFileSync(file, "utf8"), "kept\n")
    })
  )
})
