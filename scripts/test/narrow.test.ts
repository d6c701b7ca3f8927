/** What a bundle has of undici and ws does what the whole packages do. */
import { assert, describe, it } from "@effect/vitest"
import type * as Undici from "@effect/platform-node/Undici"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { rolldown } from "rolldown"
import { lazyNode } from "../LazyNode.ts"
import { narrow } from "../Narrow.ts"
import { root } from "../Workspaces.ts"

interface Bundled {
  readonly undici: typeof Undici.default
  readonly WebSocketServer: typeof import("@effect/platform-node/NodeWS").WebSocketServer
}

const bundled = async (): Promise<Bundled> => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-narrow-"))
  const input = join(root, "packages", "client", "src", "narrowed.js")
  const entry = {
    name: "entry",
    resolveId: (id: string) => (id === input ? id : undefined),
    load: (id: string) =>
      id === input
        ? 'export { default as undici } from "@effect/platform-node/Undici"; export { WebSocketServer } from "@effect/platform-node/NodeWS";'
        : undefined
  }
  const build = await rolldown({
    input,
    platform: "node",
    plugins: [entry, narrow(), lazyNode()],
    resolve: { conditionNames: ["import", "node", "default"] },
    logLevel: "silent"
  })
  const [chunk] = (await build.generate({ format: "cjs", minify: true })).output
  await build.close()
  writeFileSync(join(folder, "narrowed.cjs"), chunk.code)
  try {
    return createRequire(import.meta.url)(join(folder, "narrowed.cjs"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("what a bundle has of undici and ws", () => {
  it("asks, sends forms and opens WebSockets", async () => {
    const { WebSocketServer, undici } = await bundled()
    const server = createServer((request, response) => {
      const { headers } = request
      const parts: Array<Buffer> = []
      request.on("data", (part: Buffer) => parts.push(part))
      request.on("end", () => {
        response.setHeader("x-type", headers["content-type"] ?? "none")
        response.end(Buffer.concat(parts).toString() || "nothing")
      })
    })
    const sockets = new WebSocketServer({ server })
    sockets.on("connection", (socket) => socket.send("welcome"))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    const agent = new undici.Agent()
    try {
      const at = { origin: `http://127.0.0.1:${port}`, path: "/" }
      const asked = await agent.request({ ...at, method: "GET" })
      assert.strictEqual(await asked.body.text(), "nothing")

      const form = new undici.FormData()
      form.append("name", "value")
      const sent = await agent.request({ ...at, method: "POST", body: form })
      assert.match(String(sent.headers["x-type"]), /^multipart\/form-data; boundary=/)
      assert.match(await sent.body.text(), /name="name"\r\n\r\nvalue/)

      const socket = new undici.WebSocket(`ws://127.0.0.1:${port}/`, { dispatcher: agent })
      const said = await new Promise((resolve, reject) => {
        socket.addEventListener("message", ({ data }) => resolve(data))
        socket.addEventListener("error", ({ error }) => reject(error))
      })
      assert.strictEqual(said, "welcome")
      socket.close()
    } finally {
      await agent.destroy()
      sockets.close()
      server.close()
    }
  })
})
