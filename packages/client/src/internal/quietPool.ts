/**
 * Connections that keep no process alive, also while an answer is waited for: for a client whose callers hold the process
 * themselves, and who may have gone away from what was asked for ahead.
 */
import type * as Undici from "@effect/platform-node/Undici"
import { Socket } from "node:net"

type Connector = Undici.buildConnector.connector

const isConnector = (value: unknown): value is Connector => typeof value === "function"

/** Undici asks for it with each request that it sends. */
const hush = (socket: unknown) => {
  if (socket instanceof Socket) Object.assign(socket, { ref: () => socket }).unref()
}

const quiet =
  (connect: Connector): Connector =>
  (options, done) => {
    // It gives the socket at once, though its type does not say so: a host that cannot be reached holds nobody either.
    const begun: unknown = connect(options, (...connected) => {
      hush(connected[1])
      done(...connected)
    })
    hush(begun)
  }

/** What an agent makes its pools with: each connector that it hands on is made quiet. */
export const factory =
  (undici: typeof Undici.default) =>
  (origin: string | URL, options: object): Undici.Dispatcher => {
    const connect: unknown = Reflect.get(options, "connect")
    return new undici.Pool(origin, isConnector(connect) ? { ...options, connect: quiet(connect) } : options)
  }
