/**
 * Hosts of a test's own: network namespaces, each with an address, and a router between them, which lets through what it is not told to
 * drop. A namespace lives as long as a process that ends with the test, so nothing is left of them, however that ends. Linux and root only.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"

export interface Host {
  readonly address: string
  /** What a command line begins with that is to run there. */
  readonly through: ReadonlyArray<string>
}

export class Hosts extends Context.Service<
  Hosts,
  {
    readonly hosts: readonly [Host, Host, Host]
    /** Addresses of the machine of the test, which each host reaches. */
    readonly database: string
    readonly genesys: string
    /** All of them. */
    readonly network: string
    /** Drops without a word whatever goes from the one to each of the others, or comes from there, until the scope is closed. */
    readonly cut: (one: string, ...others: ReadonlyArray<string>) => Effect.Effect<void, never, Scope.Scope>
  }
>()("test/Hosts") {
  static readonly layer = Layer.effect(
    Hosts,
    Effect.suspend(() => make)
  )
}

/** Why there can be none, if it is so. */
export const missing = (): string | undefined => {
  if (process.platform !== "linux") return "network namespaces are Linux's"
  if (process.getuid?.() !== 0) return "network namespaces are root's"
  try {
    // In a namespace that ends with the command.
    execFileSync("unshare", "--net ip link add one type veth peer name other".split(" "), { stdio: "pipe" })
    execFileSync("unshare", "--net ip rule add from 198.18.0.1 to 198.18.0.2 blackhole".split(" "), { stdio: "pipe" })
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error)
    return `network namespaces cannot be made: ${why}`
  }
}

const run = (line: string, { through = [] }: { readonly through?: ReadonlyArray<string> } = {}) =>
  Effect.promise(
    () =>
      new Promise<void>((resolve, reject) => {
        const [program = "", ...args] = [...through, ...line.split(" ")]
        execFile(program, args, (error) => (error === null ? resolve() : reject(error)))
      })
  )

/** Whether a host comes to that address and port, within a second. */
export const reaches = ({ through: [enter = "", ...args] }: Host, place: string) => {
  const [host, port] = place.split(":")
  const script = `const ended = (code) => () => process.exit(code)
    setTimeout(ended(1), 1_000)
    require("node:net").connect(${port}, "${host}").once("connect", ended(0)).once("error", ended(1))`
  return Effect.promise(
    () =>
      new Promise<boolean>((resolve) => {
        execFile(enter, [...args, process.execPath, "-e", script], (error) => resolve(error === null))
      })
  )
}

/** A namespace, by the process that keeps it. */
const namespace = Effect.gen(function* () {
  const child = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const script = "echo 1 > /proc/sys/net/ipv4/ip_forward && ip link set lo up && echo && exec cat"
      // It ends when nobody can write to it any more.
      const keeper = spawn("unshare", ["--net", "sh", "-c", script], { stdio: ["pipe", "pipe", "inherit"] })
      await once(keeper.stdout, "data")
      return keeper
    }),
    (keeper) =>
      Effect.promise(async () => {
        keeper.stdin.end()
        if (keeper.exitCode === null) await once(keeper, "exit")
      })
  )
  return { pid: child.pid ?? 0, through: ["nsenter", `--net=/proc/${child.pid}/ns/net`] }
})

type Namespace = Effect.Success<typeof namespace>

const make = Effect.gen(function* () {
  // Of the addresses that are kept for tests of networks (RFC 2544); runs at the same time have others.
  const net = `198.18.${process.pid % 256}`
  const router = yield* namespace
  const atRouter = (line: string) => run(line, router)

  /** A line to the router, which has the first address of its two. */
  const joined = Effect.fnUntraced(function* (index: number, { pid, through }: Namespace) {
    const [near, far] = [`${net}.${4 * index + 1}`, `${net}.${4 * index + 2}`]
    yield* run(`ip link add host${index} netns ${router.pid} type veth peer name eth0 netns ${pid}`)
    yield* atRouter(`ip addr add ${near}/30 dev host${index}`)
    yield* atRouter(`ip link set host${index} up`)
    yield* run(`ip addr add ${far}/30 dev eth0`, { through })
    yield* run("ip link set eth0 up", { through })
    yield* run(`ip route add default via ${near}`, { through })
    return { address: far, through }
  })
  const host = (index: number) => Effect.flatMap(namespace, (one) => joined(index, one))
  const hosts = [yield* host(1), yield* host(2), yield* host(3)] as const

  // The machine of the test is on a line of its own, which goes with the router.
  const device = `hosts${process.pid % 256}`
  const [database, genesys] = [`${net}.129`, `${net}.130`]
  yield* run(`ip link add ${device} type veth peer name machine netns ${router.pid}`)
  yield* atRouter(`ip addr add ${net}.1/30 dev machine`)
  yield* atRouter("ip link set machine up")
  yield* run(`ip addr add ${net}.2/30 dev ${device}`)
  for (const address of [database, genesys]) yield* run(`ip addr add ${address}/32 dev ${device}`)
  yield* run(`ip link set ${device} up`)
  yield* run(`ip route add ${net}.0/25 via ${net}.1`)
  yield* atRouter(`ip route add ${net}.128/25 via ${net}.2`)

  const rules = (verb: "add" | "del", one: string, others: ReadonlyArray<string>) =>
    Effect.forEach(
      others.flatMap((other) => [`from ${one} to ${other}`, `from ${other} to ${one}`]),
      (way) => atRouter(`ip rule ${verb} pref 10 ${way} blackhole`),
      { discard: true }
    )
  return Hosts.of({
    hosts,
    database,
    genesys,
    network: `${net}.0/24`,
    cut: (one, ...others) =>
      Effect.acquireRelease(rules("add", one, others), () => rules("del", one, others), { interruptible: false })
  })
})
