import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ExportFlags from "../../src/export/ExportFlags.ts"

type Words = { readonly [K in keyof ExportFlags.Given]?: ExportFlags.Given[K] extends boolean ? boolean : string }

const target = ({
  access,
  force = false,
  compression,
  format,
  ...words
}: Omit<Words, "compression" | "access" | "format"> & {
  compression?: "gzip"
  access?: "group"
  format?: "parquet"
}) =>
  ExportFlags.target({
    force,
    compression: Option.fromUndefinedOr(compression),
    format: Option.fromUndefinedOr(format),
    access: Option.fromUndefinedOr(access),
    ca: Option.fromUndefinedOr(words.ca),
    out: Option.fromUndefinedOr(words.out),
    postgres: Option.fromUndefinedOr(words.postgres),
    schema: Option.fromUndefinedOr(words.schema),
    viewsTimeZone: Option.fromUndefinedOr(words.viewsTimeZone)
  }).pipe(Effect.provide(NodeServices.layer))

const folder = mkdtempSync(join(tmpdir(), "genesys-flags-"))

describe("ExportFlags", () => {
  it.effect("tells a file from a directory and a database", () =>
    Effect.gen(function* () {
      const file = { _tag: "File", file: "day.ndjson" } as const
      assert.deepStrictEqual(yield* target({ out: "day.ndjson", force: true }), { ...file, access: "owner" })
      assert.deepStrictEqual(yield* target({ out: "day.ndjson", access: "group" }), { ...file, access: "group" })
      assert.deepStrictEqual(yield* target({ out: "new/" }), { _tag: "Sink", sink: { _tag: "ndjson", place: "new/" } })
      assert.deepStrictEqual(yield* target({ out: "new/", access: "group" }), {
        _tag: "Sink",
        sink: { _tag: "ndjson", place: "new/", access: "group" }
      })
      assert.deepStrictEqual(yield* target({ out: folder, compression: "gzip" }), {
        _tag: "Sink",
        sink: { _tag: "ndjson", place: folder, compression: "gzip" }
      })
      assert.deepStrictEqual(yield* target({ out: "new/", format: "parquet" }), {
        _tag: "Sink",
        sink: { _tag: "ndjson", place: "new/", format: "parquet" }
      })
      assert.deepStrictEqual(yield* target({ postgres: "DATABASE_URL", schema: "copy" }), {
        _tag: "Sink",
        sink: { _tag: "postgres", place: "DATABASE_URL", schema: "copy" }
      })
      assert.deepStrictEqual(yield* target({ postgres: "DATABASE_URL", ca: "db-ca.pem" }), {
        _tag: "Sink",
        sink: { _tag: "postgres", place: "DATABASE_URL", ca: "db-ca.pem" }
      })
    })
  )

  for (const [given, message] of [
    [{}, /one of: --out FILE/],
    [{ out: "a", postgres: "B" }, /one of: --out FILE/],
    [{ out: "a", compression: "gzip" }, /^--compression .* \/ at the end/],
    [{ out: "a", format: "parquet" }, /^--format .* \/ at the end/],
    [{ postgres: "DB", format: "parquet" }, /^--format .* \/ at the end/],
    [{ out: "a.parquet" }, /^Parquet is files in a directory.*: write --out DIR\/ --format parquet\.$/],
    [{ out: "a/", force: true }, /^--force .* name another one/],
    [{ out: "a", schema: "b" }, /^--schema/],
    [{ out: "a", ca: "b" }, /^--ca is for the database/],
    [{ out: "a/", viewsTimeZone: "UTC" }, /^--views-time-zone is for the views of --postgres/],
    [{ postgres: "DB", viewsTimeZone: "+05:30" }, /^--views-time-zone takes the name of a time zone/],
    [{ postgres: "B", access: "group" }, /^--access is for files/],
    [{ postgres: "B", force: true }, /^--force/],
    [{ postgres: "B", compression: "gzip" }, /^--compression/],
    [{ postgres: "B", schema: "No-Name" }, /^--schema/],
    [{ postgres: "postgres://me:hunter2@host/db" }, /^--postgres takes the name of an environment variable/]
  ] as const) {
    it.effect(`refuses ${JSON.stringify(given)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(target(given))
        assert.match(error.message, message)
        assert.notInclude(error.message, "hunter2")
      })
    )
  }
})
