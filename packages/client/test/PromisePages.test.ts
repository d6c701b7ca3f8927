/** Lists as async iterators, and what becomes of the pages that were asked for ahead when nobody wants them any more. */
import { afterEach, assert, describe, it } from "@effect/vitest"
import { createClient, type PaginateOptions, type PromiseClient } from "@effect-genesys/client"
import { execFile } from "node:child_process"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { vi } from "vitest"

const clients: Array<PromiseClient> = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

const genesys = { "inin-correlation-id": "correlation" }
const token = { access_token: "token", expires_in: 3_600 }
const first = { entities: [{ id: "1" }], pageNumber: 1, pageCount: 9 }

/** A list whose first page comes, and no other one; and the signals of those that are under way. */
const hanging = () => {
  const signals: Array<AbortSignal> = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    if (pathname === "/oauth/token") return Response.json(token)
    if (init?.signal instanceof AbortSignal) signals.push(init.signal)
    return signals.length === 1 ? Response.json(first, { headers: genesys }) : new Promise(() => undefined)
  }
  const client = createClient({ clientId: "id", clientSecret: "secret", fetch })
  clients.push(client)
  const under = () => signals.slice(1).filter(({ aborted }) => !aborted).length
  return { list: (more: PaginateOptions) => client.paginate("/api/v2/things", { lookAhead: 3, ...more }), under }
}

describe("the pages that were asked for ahead end", () => {
  it("when the list is aborted while its next row is waited for", async () => {
    const { list, under } = hanging()
    const controller = new AbortController()
    const rows = list({ signal: controller.signal })
    await rows.next()
    const next = rows.next().catch((error: unknown) => error)
    await vi.waitUntil(() => under() === 3)
    controller.abort("enough")
    assert.strictEqual(await next, "enough")
    assert.strictEqual(under(), 0)
  })

  it("when the list is aborted while nothing of it is waited for", async () => {
    const { list, under } = hanging()
    const controller = new AbortController()
    await list({ signal: controller.signal }).next()
    await vi.waitUntil(() => under() === 3)
    controller.abort()
    await vi.waitUntil(() => under() === 0)
  })

  it("when the loop is left", async () => {
    const { list, under } = hanging()
    for await (const _ of list({})) {
      await vi.waitUntil(() => under() === 3)
      break
    }
    assert.strictEqual(under(), 0)
  })
})

describe("a program that takes one row, and forgets the list", () => {
  const answer = ({ method, url }: IncomingMessage, response: ServerResponse) => {
    const give = (body: object) =>
      response.writeHead(200, { ...genesys, "content-type": "application/json" }).end(JSON.stringify(body))
    if (method === "POST") give(token)
    else if (!url?.includes("pageNumber")) give(first)
  }

  it("ends, though the pages that it asked for ahead are under way", async () => {
    const server = createServer(answer)
    await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
    const program = fileURLToPath(new URL("programs/drops.ts", import.meta.url))
    const args = ["--conditions=@effect-genesys/source", program, url]
    // An attempt may take 30 s.
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 })
    assert.strictEqual(stdout, '{"id":"1"}')
    server.closeAllConnections()
    server.close()
  })
})
