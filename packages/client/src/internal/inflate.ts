/**
 * What unpacks `deflate` in both of its forms: with the header of zlib, as RFC 9110, section 8.4.1.2, has it, and without, as many
 * servers send it. Its first byte tells which it is. Nothing is unpacked ahead of its reader.
 */
import { Duplex } from "node:stream"
import { createInflate, createInflateRaw, type Inflate, type InflateRaw } from "node:zlib"

/** The compression method in the low half of the byte that a header of zlib begins with. No block of deflate begins so. */
const zlibMethod = 8

class Unpacking extends Duplex {
  private inner: Inflate | InflateRaw | undefined

  override _read() {
    this.inner?.resume()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void) {
    const [first] = chunk
    if (first === undefined) return done()
    this.inner ??= this.begin(first)
    this.inner.write(chunk, done)
  }

  override _final(done: () => void) {
    if (this.inner === undefined) this.push(null)
    else this.inner.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void) {
    this.inner?.destroy()
    done(error)
  }

  private begin(first: number) {
    const inner = (first & 0x0f) === zlibMethod ? createInflate() : createInflateRaw()
    inner.on("data", (unpacked) => {
      if (!this.push(unpacked)) inner.pause()
    })
    inner.on("end", () => this.push(null))
    inner.on("error", (error) => this.destroy(error))
    return inner
  }
}

export const make = (): Duplex => new Unpacking()
