/** A row as a line: it is found by its key and its moments, whatever Genesys calls a field. */
import { assert, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Lines from "../src/internal/ndjson/line.ts"
import * as Kinds from "../src/Kinds.ts"

it("fields that have the names of ours change neither", () => {
  const format = Lines.make(Kinds.lists.queue_members.layout)
  for (const odd of ["zzz", 7, null, { a: 1 }]) {
    const value = { id: "u", queueId: "q", _key: odd, _asOf: odd, _deletedAt: odd }
    const line = format.write({ key: "q:u", asOf: 1_000, value })
    assert.deepStrictEqual(Option.getOrUndefined(format.read(line.text)), { ...line, deletedAt: undefined })
    const { _asOf, _deletedAt, _key } = JSON.parse(line.text)
    assert.deepStrictEqual([_key, _asOf, _deletedAt], ["q:u", "1970-01-01T00:00:01.000Z", undefined])
    const gone = format.missed(line, 2_000)
    assert.deepStrictEqual(Option.getOrUndefined(format.read(gone.text)), gone)
    assert.strictEqual(JSON.parse(gone.text)["_key"], "q:u")
  }
})
