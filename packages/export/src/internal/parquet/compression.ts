/** How the pages of a Parquet file are compressed: by Node's own zlib. */
import type { CompressionCodec } from "hyparquet"
import * as Zlib from "node:zlib"
import type { Compression } from "../ndjson/compression.ts"

export const codecs = { none: "UNCOMPRESSED", gzip: "GZIP", zstd: "ZSTD" } as const satisfies Record<
  Compression,
  CompressionCodec
>

export const compressors = {
  GZIP: (bytes: Uint8Array): Uint8Array => Zlib.gzipSync(bytes),
  ZSTD: (bytes: Uint8Array): Uint8Array => Zlib.zstdCompressSync(bytes)
}

/** A page says how long it is: what is longer is damaged. */
export const decompressors = {
  GZIP: (bytes: Uint8Array, maxOutputLength: number): Uint8Array => Zlib.gunzipSync(bytes, { maxOutputLength }),
  ZSTD: (bytes: Uint8Array, maxOutputLength: number): Uint8Array => Zlib.zstdDecompressSync(bytes, { maxOutputLength })
}
