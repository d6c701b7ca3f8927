/**
 * Sends attacks to a listener, by port or by socket. The listener need not answer them; it has to answer the next proper request.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { connect, type NetConnectOpts, type Socket } from "node:net"
import type { Attack } from "./Attacks.ts"
import * as Parts from "./Parts.ts"

/** How long an attacker waits for an answer, and for more of it. Milliseconds. */
const [patience, quiet] = [40, 5]

/** Sends an attack, and answers what came back. It never fails: what becomes of the attacker does not matter. */
export const send = (to: NetConnectOpts, { bytes, later, next }: Attack): Effect.Effect<string> =>
  Effect.callback((resume) => {
    let received = ""
    const socket = connect(to)
    const end = () => {
      socket.destroy()
      resume(Effect.succeed(received))
    }
    let timer = setTimeout(end, 2_000)
    const endIn = (millis: number) => {
      clearTimeout(timer)
      timer = setTimeout(end, millis)
    }
    socket.once("connect", () => {
      endIn(patience)
      if (next === "end") socket.end(bytes)
      else socket.write(bytes, () => void (next === "reset" && socket.resetAndDestroy()))
    })
    socket.once("data", () => later !== undefined && socket.write(later))
    socket.on("data", (part) => {
      received += part.toString("latin1")
      endIn(quiet)
    })
    socket.on("error", () => {})
    socket.once("close", () => {
      clearTimeout(timer)
      end()
    })
    return Effect.sync(() => {
      clearTimeout(timer)
      socket.destroy()
    })
  })

/**
 * Connects, sends some bytes and stays until the scope closes, whether or not the listener hangs up. Answers what it has been
 * told so far.
 */
export const linger = Effect.fnUntraced(function* (to: NetConnectOpts, text: string) {
  const told = { text: "", hungUp: false, closed: false }
  const socket = yield* Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const connecting = connect({ ...to, allowHalfOpen: true }, () => {
        connecting.write(text, "latin1")
        resume(Effect.succeed(connecting))
      })
      connecting.on("data", (part) => (told.text += part.toString("latin1")))
      connecting.on("end", () => (told.hungUp = true))
      connecting.on("error", () => resume(Effect.succeed(connecting)))
      connecting.on("close", () => (told.hungUp = told.closed = true))
    }),
    (open) => Effect.sync(() => open.destroy())
  )
  /** One more byte, by which a connection that is no more is found to be so. */
  const poke = Effect.sync(() => void socket.write("x"))
  return { told, poke }
})

const local = "Host: localhost\r\n"

/** Those who wait for the end with a part of a request, with the answer to one, or with nothing. */
export const lingerers = (to: NetConnectOpts) =>
  Effect.forEach(
    [
      "",
      "GET / HT",
      `GET / HTTP/1.1\r\n${local}\r\n`,
      `POST / HTTP/1.1\r\n${local}Content-Length: 1000\r\n\r\nabc`,
      `POST / HTTP/1.1\r\n${local}Transfer-Encoding: chunked\r\n\r\n3\r\nabc`,
      `GET / HTTP/1.1\r\n${local}Connection: upgrade\r\nUpgrade: nonsense\r\n\r\n`,
      `GET / HTTP/1.1\r\n${local}${Parts.webSocket.join("\r\n")}\r\n\r\n`,
      "CONNECT attacker.example:443 HTTP/1.1\r\nHost: attacker.example:443\r\n\r\n"
    ],
    (text) => linger(to, text),
    { concurrency: "unbounded" }
  )

const described = ({ bytes, name }: Attack) => `${name}: ${JSON.stringify(bytes.toString("latin1").slice(0, 200))}`

/** All attacks, a few at a time, and after each few a proof that the listener still answers as it should. */
export const holdOut = <E, R>(to: NetConnectOpts, all: ReadonlyArray<Attack>, proof: Effect.Effect<unknown, E, R>) =>
  Effect.forEach(
    Arr.chunksOf(all, 8),
    (few) =>
      Effect.forEach(few, (attack) => send(to, attack), { concurrency: "unbounded", discard: true }).pipe(
        Effect.andThen(proof),
        Effect.timeout("10 seconds"),
        Effect.catchCause((cause) => Effect.die(new Error(`After ${few.map(described).join("\n")}`, { cause })))
      ),
    { discard: true }
  )
