/** Token managers as promises, before a login host in place of the network, and what their tests make and leave. */
import { afterEach, assert } from "@effect/vitest"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { vi } from "vitest"
import { createTokenManager, type CreateTokenManagerOptions, type PromiseTokenManager } from "@effect-genesys/auth"

const managers: Array<PromiseTokenManager> = []
const folders: Array<string> = []

/** A manager that ends with its test. */
export const made = (options: CreateTokenManagerOptions) => {
  const manager = createTokenManager(options)
  managers.push(manager)
  return manager
}
/** A folder that goes with its test. */
export const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "genesys-promises-"))
  folders.push(path)
  return path
}

/** Each test of the file that says so leaves nothing behind. */
export const tidied = (): void =>
  afterEach(async () => {
    vi.unstubAllEnvs()
    vi.useRealTimers()
    await Promise.all(managers.splice(0).map((manager) => manager.close()))
    for (const path of folders.splice(0)) rmSync(path, { recursive: true })
  })

/** A login host in place of the network: it notes who asks, and gives token after token once it may. */
export const login = (open: Promise<unknown> = Promise.resolve()) => {
  const asked: Array<string> = []
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const basic = new Headers(init?.headers).get("authorization")?.slice("Basic ".length) ?? ""
    const n = asked.push(Buffer.from(basic, "base64").toString())
    await open
    return Response.json({ access_token: `token-${n}`, token_type: "bearer", expires_in: 3_600 })
  }
  return { asked, fetch }
}
export const who = { clientId: "client", clientSecret: "secret" }

export const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error
  )
