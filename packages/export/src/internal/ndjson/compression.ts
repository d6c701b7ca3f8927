/** The compression of a file, known by the end of its name. */
import * as NodeStream from "@effect/platform-node/NodeStream"
import type * as Stream from "effect/Stream"
import * as Zlib from "node:zlib"

/** How files are packed. */
export type Compression = "none" | "gzip" | "zstd"

export const all: ReadonlyArray<Compression> = ["none", "gzip", "zstd"]

export const extension = { none: ".ndjson", gzip: ".ndjson.gz", zstd: ".ndjson.zst" } as const satisfies Record<
  Compression,
  string
>

/** What a damaged file, or zlib itself, fails with. */
export interface CodecFailure {
  readonly _tag: "CodecFailure"
  readonly cause: unknown
}

const through =
  (evaluate: () => Zlib.Gzip) =>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Uint8Array, E | CodecFailure, R> =>
    NodeStream.pipeThroughDuplex(bytes, {
      evaluate,
      onError: (cause): CodecFailure => ({ _tag: "CodecFailure", cause }),
      // A few reads at a time: what is read ahead is held in memory.
      chunkSize: 16
    })

type Codec = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Uint8Array, E | CodecFailure, R>

const asIs: Codec = (bytes) => bytes

export const compress = (compression: Compression): Codec => {
  if (compression === "gzip") return through(() => Zlib.createGzip())
  if (compression === "zstd") return through(() => Zlib.createZstdCompress())
  return asIs
}

export const decompress = (compression: Compression): Codec => {
  if (compression === "gzip") return through(() => Zlib.createGunzip())
  if (compression === "zstd") return through(() => Zlib.createZstdDecompress())
  return asIs
}
