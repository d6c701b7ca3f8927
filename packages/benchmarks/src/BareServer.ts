/**
 * A process for SimulatorLoad.ts: node:http alone, which answers every request with one constant JSON. By IPC it says its URL
 * once it listens, and its memory and processor time whenever it is asked.
 */
import { createServer } from "node:http"

/** About as long as what `tokens/me` answers. */
const constant = Buffer.from(JSON.stringify({ id: "constant", text: "x".repeat(400) }))

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { "content-type": "application/json", "content-length": constant.length }).end(constant)
})

process.on("message", () => {
  const { system, user } = process.cpuUsage()
  process.send?.({ rss: process.memoryUsage.rss(), cpu: system + user })
})
process.once("disconnect", () => process.exit())
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object") process.send?.({ url: `http://127.0.0.1:${address?.port}` })
})
