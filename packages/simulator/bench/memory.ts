/**
 * Measures the memory of the real process: `genesys simulator` with 1,000,000 conversations a day gets pages of a day of all kinds
 * for a minute, and tokens and searches between them. Exits with 1 when its peak is above the bound. Linux only: it reads /proc.
 */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { aggregated, filtered, sorts } from "./queries.ts"

const [seconds, bound] = [60, 300]
const cli = fileURLToPath(new URL("../../../apps/cli/src/main.ts", import.meta.url))
const flags = ["--conditions=@effect-genesys/source", cli, "simulator", "--conversations-per-hour", "41667"]
const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] })

let said = ""
for await (const chunk of child.stdout) {
  said += String(chunk)
  if (said.includes("CLIENT_SECRET=")) break
}
const value = (name: string) => new RegExp(`${name}=(\\S+)`).exec(said)?.[1] ?? ""
const url = value("GENESYS_CLOUD_API_URL")
const basic = Buffer.from(`${value("CLIENT_ID")}:${value("CLIENT_SECRET")}`).toString("base64")

const memory = (name: string) => {
  const kilobytes = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]
  return Number(kilobytes) / 1024
}
const post = async (path: string, authorization: string, body: object | string) => {
  const type = typeof body === "string" ? "application/x-www-form-urlencoded" : "application/json"
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const headers = { authorization, "content-type": type }
  const answer = await fetch(url + path, { method: "POST", headers, body: text })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return answer.text()
}
const login = async () => {
  const answer = await post("/oauth/token", `Basic ${basic}`, "grant_type=client_credentials")
  return /"access_token":"([^"]+)"/.exec(answer)?.[1] ?? ""
}

await post("/_control/limits", "", { rateLimit: "off", mintLimit: "off" })
const atRest = memory("VmRSS")
const token = await login()
const [from, to] = [-1, 0].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10))
const interval = `${from}/${to}`
const queries = [...sorts, ...Object.values(filtered), ...Object.values(aggregated)]
const ends = performance.now() + seconds * 1000
let calls = 0
/** One after the other: each keeps the simulator from all others for a while. */
const work = async (turn: number): Promise<void> => {
  if (performance.now() > ends) return
  const paging = { pageSize: 100, pageNumber: 1 + ((turn * 7919) % 1000) }
  const body = { interval, ...queries[turn % queries.length], paging }
  await post("/api/v2/analytics/conversations/details/query", `Bearer ${token}`, body)
  await post("/api/v2/users/search", `Bearer ${token}`, { pageSize: 100 })
  await login()
  calls += 3
  return work(turn + 1)
}
try {
  await work(0)
  const peak = memory("VmHWM")
  console.log(
    `genesys simulator, 1,000,000 conversations of yesterday: ${calls} calls in ${seconds} s; ` +
      `resident memory at rest ${atRest.toFixed(0)} MB, peak ${peak.toFixed(0)} MB (bound ${bound})`
  )
  process.exitCode = peak < bound ? 0 : 1
} finally {
  child.kill()
}
