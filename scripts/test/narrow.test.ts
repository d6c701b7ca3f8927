/** What a bundle has of undici, ws and Effect does what the whole packages do. */
import { assert, describe, it } from "@effect/vitest"
import type * as Undici from "@effect/platform-node/Undici"
import { displayWidth } from "effect/cli/CliOutput"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { createServer as createServer2 } from "node:http2"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { rolldown } from "rolldown"
import { lazyNode } from "../LazyNode.ts"
import { narrow } from "../Narrow.ts"
import { root } from "../Workspaces.ts"

interface Bundled {
  readonly displayWidth: typeof displayWidth
  readonly undici: typeof Undici.default
  readonly WebSocketServer: typeof import("@effect/platform-node/NodeWS").WebSocketServer
}

const bundle = async (): Promise<Bundled> => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-narrow-"))
  const input = join(root, "packages", "client", "src", "narrowed.js")
  const entry = {
    name: "entry",
    resolveId: (id: string) => (id === input ? id : undefined),
    load: (id: string) =>
      id === input
        ? [
            'export { displayWidth } from "effect/cli/CliOutput";',
            'export { default as undici } from "@effect/platform-node/Undici";',
            'export { WebSocketServer } from "@effect/platform-node/NodeWS";'
          ].join("\n")
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

let made: Promise<Bundled> | undefined
const bundled = () => (made ??= bundle())

describe("what a bundle has of other packages", () => {
  it("measures every text as Effect does", async () => {
    const narrowed = await bundled()
    for (const text of [
      "",
      "file",
      "a b~",
      "\u001B[1mbold\u001B[0m",
      "a\r\nb",
      "ファイル",
      "e\u0301",
      "1\uFE0F\u20E3"
    ]) {
      assert.strictEqual(narrowed.displayWidth(text), displayWidth(text), JSON.stringify(text))
    }
  })

  it("speaks HTTP/2 with a host that does", async () => {
    const { undici } = await bundled()
    const server = createServer2((request, response) => response.end(`HTTP/${request.httpVersion}`))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    const client = new undici.Client(`http://127.0.0.1:${port}`, { h2Options: { useH2c: true } })
    try {
      const { body } = await client.request({ path: "/", method: "GET" })
      assert.strictEqual(await body.text(), "HTTP/2.0")
    } finally {
      await client.destroy()
      server.close()
    }
  })

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
