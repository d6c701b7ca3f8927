/** What is written of a sink, and what it becomes: a tagged union, and the entry of the sink. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { resolve } from "node:path"
import { written as schemaOf } from "../src/internal/sinks/written.ts"
import * as SinkSettings from "../src/SinkSettings.ts"

const decode = Schema.decodeUnknownSync(SinkSettings.Sink, { onExcessProperty: "error" })
const flagOf = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const encode = Schema.encodeSync(SinkSettings.Sink)

describe("the settings of a sink", () => {
  it("are told apart by what they are written with, and written in the same way again", () => {
    for (const [written, settings] of [
      [{ ndjson: "data" }, { _tag: "ndjson", place: "data" }],
      [
        { ndjson: "data", compression: "zstd", access: "group" },
        { _tag: "ndjson", place: "data", compression: "zstd", access: "group" }
      ],
      [
        { ndjson: "data", format: "parquet" },
        { _tag: "ndjson", place: "data", format: "parquet" }
      ],
      [{ postgres: "DB" }, { _tag: "postgres", place: "DB" }],
      [
        { postgres: "DB", schema: "copy", ca: "ca.pem", viewsTimeZone: "Asia/Kolkata" },
        { _tag: "postgres", place: "DB", schema: "copy", ca: "ca.pem", viewsTimeZone: "Asia/Kolkata" }
      ]
    ] as const) {
      assert.deepStrictEqual(decode(written), settings)
      assert.deepStrictEqual(encode(settings), written)
    }
  })

  it.each([
    {},
    { compression: "gzip" },
    { ndjson: "a", postgres: "DB" },
    { ndjson: "a", schema: "b" },
    { ndjson: "a", ca: "b" },
    { ndjson: "a", viewsTimeZone: "UTC" },
    { postgres: "DB", compression: "gzip" },
    { postgres: "DB", format: "parquet" },
    { postgres: "DB", access: "group" }
  ])("are of one sink alone, unlike %j", (written) => {
    assert.throws(
      () => decode(written),
      /either ndjson \(with format and compression and access\) or postgres \(with schema and ca and viewsTimeZone\)/
    )
  })

  it("say which of them are one place, and where that is", () => {
    const of = (written: Record<string, string>) => SinkSettings.of(SinkSettings.fromWritten(written))
    assert.strictEqual(of({ ndjson: "./data", access: "group" }).identity, of({ ndjson: "data/../data" }).identity)
    assert.strictEqual(of({ ndjson: "data" }).identity, resolve("data"))
    assert.strictEqual(of({ postgres: "DB", schema: "genesys" }).identity, of({ postgres: "DB", ca: "x" }).identity)
    assert.notStrictEqual(of({ postgres: "DB", schema: "other" }).identity, of({ postgres: "DB" }).identity)
    assert.deepStrictEqual([of({ ndjson: "data" }).words, of({ postgres: "DB" }).words], ["data", "PostgreSQL at $DB"])
  })

  it("have a flag each, and words for where it does not fit", () => {
    const flags = new Set(Object.keys(SinkSettings.flags))
    for (const { commandLine } of Object.values(SinkSettings.entries)) {
      for (const flag of Object.keys(commandLine.elsewhere)) {
        assert.isTrue(flags.delete(flag), flag)
        assert.match(commandLine.elsewhere[flag] ?? "", new RegExp(`^--${flagOf(flag)} is for .*[Ll]eave it out\\.$`))
      }
      if (commandLine.flag !== "out") assert.isTrue(flags.delete(commandLine.flag), commandLine.flag)
    }
    assert.deepStrictEqual([...flags], [])
  })
})

describe("sinks that have an option of the same name", () => {
  const tagged = <N extends string, A extends string>(name: N, access: ReadonlyArray<A>) =>
    Schema.TaggedStruct(name, { place: Schema.NonEmptyString, access: Schema.optionalKey(Schema.Literals(access)) })
  const Both = schemaOf([
    tagged("files", ["owner", "group"]),
    tagged("blob", ["private", "public"]),
    Schema.TaggedStruct("table", { place: Schema.NonEmptyString })
  ])
  const of = Schema.decodeUnknownSync(Both, { onExcessProperty: "error" })

  it("have each its own", () => {
    assert.deepStrictEqual(of({ files: "a", access: "group" }), { _tag: "files", place: "a", access: "group" })
    assert.deepStrictEqual(of({ blob: "b", access: "public" }), { _tag: "blob", place: "b", access: "public" })
    assert.throws(() => of({ blob: "b", access: "group" }), /"private" \| "public"[^]*access/)
    assert.throws(
      () => of({ table: "t", access: "group" }),
      /either files \(with access\) or blob \(with access\) or table$/m
    )
  })
})
