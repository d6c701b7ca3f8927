/**
 * A way to a server of this machine that nobody has verified, with or without TLS. A password is never sent over it in the clear,
 * whoever asks: a server that is asked over such a way can prove that it knows the password (SCRAM).
 */
import * as PgProtocol from "@effect/sql-pg/PgProtocol"
import { once } from "node:events"
import * as Net from "node:net"
import { Duplex } from "node:stream"
import * as Tls from "node:tls"

export interface Way {
  readonly host: string
  readonly port: number
  /** Of a socket. */
  readonly path?: string | undefined
  readonly tls: "never" | "prefer" | "require"
}

const dial = ({ host, path, port }: Way): Net.Socket =>
  path === undefined ? Net.connect({ host, port, noDelay: true }) : Net.connect({ path })

const inTheClear =
  "The server asks for the password in the clear, and nobody has verified who it is. Let it use scram-sha-256 (pg_hba.conf), or say sslmode=verify-full"

const early =
  "The server says that it is ready before it has let anybody in, which PostgreSQL never does. Check who listens there"

/** That server stays what it is until somebody looks at it. */
export const unsafeCode = "UNSAFE_SERVER"
const unsafe = (message: string) => Object.assign(new Error(message), { code: unsafeCode })

/** Looks at what a server says until the client may ask it something, and throws at what the client must not hear. */
const guard = () => {
  const parser = PgProtocol.makeParser()
  let isIn = false
  let isReady = false
  const look = (chunk: Uint8Array) => {
    if (isReady) return
    for (const { _tag } of parser.push(chunk)) {
      if (_tag === "AuthenticationCleartextPassword") throw unsafe(inTheClear)
      if (_tag === "ReadyForQuery" && !isIn) throw unsafe(early)
      if (_tag === "AuthenticationOk") isIn = true
      if (_tag === "ReadyForQuery") isReady = true
    }
  }
  return { look, isReady: () => isReady }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

const yes = 0x53
const no = 0x4e
const terminate = 0x58

/** Whether the client has asked anything of a server, was only let in, or not even that. */
type Use = "asked" | "idle" | "none"

/** Asks for TLS, if that is wanted. More than the one byte of an answer was put there by somebody in between. */
const negotiated = async (way: Way, socket: Net.Socket, signal: AbortSignal): Promise<Duplex> => {
  await once(socket, "connect", { signal })
  if (way.tls === "never") return socket
  socket.write(PgProtocol.encodeSslRequest())
  const [answer]: ReadonlyArray<Buffer> = await once(socket, "data", { signal })
  socket.pause()
  if (answer?.length === 1 && answer[0] === no && way.tls === "prefer") return socket
  if (answer?.length === 1 && answer[0] === no) throw new Error("The server does not support TLS")
  if (answer?.length !== 1 || answer[0] !== yes) throw new Error("The server does not answer as PostgreSQL does")
  const servername = Net.isIP(way.host) === 0 ? { servername: way.host } : {}
  const secure = Tls.connect({ socket, rejectUnauthorized: false, ...servername })
  // What comes after it was given up is nobody's business.
  secure.on("error", () => undefined)
  await once(secure, "secureConnect", { signal })
  return secure
}

/**
 * Takes what is written at once, and sends it when it is settled whether there is TLS. What the server says comes through the guard:
 * a connection that was refused fails before the client can answer, or take it for one that is open.
 */
class Guarded extends Duplex {
  readonly #way: Way
  readonly #abort = new AbortController()
  readonly #guard = guard()
  readonly #ended: (use: Use) => void
  #isAsked = false
  #socket: Duplex | undefined

  constructor(way: Way, ended: (use: Use) => void) {
    super({ allowHalfOpen: false })
    this.#way = way
    this.#ended = ended
  }

  override _construct(done: (error?: Error) => void) {
    const socket = dial(this.#way)
    socket.on("error", (error) => this.#abort.abort(error))
    socket.on("close", () => this.#abort.abort(new Error("The server has closed the connection")))
    negotiated(this.#way, socket, this.#abort.signal).then(
      (settled) => {
        this.#socket = settled
        settled.on("data", (chunk: Buffer) => {
          try {
            this.#guard.look(chunk)
          } catch (error) {
            this.destroy(asError(error))
            return
          }
          if (!this.push(chunk)) settled.pause()
        })
        settled.on("end", () => this.push(null))
        settled.on("error", (error) => this.destroy(error))
        settled.on("close", () => this.destroy())
        done()
      },
      (error: unknown) => {
        socket.destroy()
        done(asError(this.#abort.signal.aborted ? this.#abort.signal.reason : error))
      }
    )
  }

  override _read() {
    this.#socket?.resume()
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void) {
    if (this.#guard.isReady() && chunk[0] !== terminate) this.#isAsked = true
    this.#socket?.write(chunk, done)
  }

  override _final(done: () => void) {
    this.#socket?.end(done)
  }

  override destroy(error?: Error) {
    // Who is still being asked is not waited for.
    this.#abort.abort()
    return super.destroy(error)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void) {
    this.#ended(this.#isAsked ? "asked" : this.#guard.isReady() ? "idle" : "none")
    this.#socket?.destroy()
    done(error)
  }
}

/** In succession: one may end so by chance. */
const mostIdle = 5

const unusable = "The server ends each connection before anything is asked of it. Check who listens there"

/**
 * The connections of a pool. It replaces one that has ended before it was used, at once and for ever; only one that cannot be opened
 * stops it.
 */
export const connector = (way: Way): (() => Duplex) => {
  let idle = 0
  const ended = (use: Use) => {
    if (use === "asked") idle = 0
    if (use === "idle") idle++
  }
  return () => {
    if (idle < mostIdle) return new Guarded(way, ended)
    idle = 0
    throw new Error(unusable)
  }
}
