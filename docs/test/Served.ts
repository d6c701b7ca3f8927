/** The site as it was built, served on loopback, and a browser that reads it. */
import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join } from "node:path"
import { promisify } from "node:util"
import { root } from "../site/Pages.ts"

const run = promisify(execFile)

/** Writes the site into a folder. */
export const build = async (folder: string): Promise<void> => {
  await run(process.execPath, ["--conditions=@effect-genesys/source", "docs/site/writeReference.ts"], { cwd: root })
  const vitepress = join(root, "node_modules/vitepress/bin/vitepress.js")
  await run(process.execPath, [vitepress, "build", "--outDir", folder], {
    cwd: join(root, "docs"),
    env: { ...process.env, NODE_ENV: "production" }
  })
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2"
}

export interface Served {
  readonly url: string
  readonly close: () => Promise<void>
}

/** The files of a folder, and 404 for all else. */
export const serve = async (folder: string): Promise<Served> => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const file = pathname.endsWith("/") ? `${pathname}index.html` : pathname
    readFile(join(folder, file)).then(
      (bytes) => response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end()
    )
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}
