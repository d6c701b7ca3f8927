/** What tests of whole programs cannot look at closely: each cell, each width, each expression. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as StandardCsv from "effect/encoding/Csv"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Fields from "../../src/api/Fields.ts"
import * as Csv from "../../src/output/csv.ts"
import * as Renderer from "../../src/output/renderer.ts"
import * as Table from "../../src/output/Table.ts"
import * as Jq from "../../src/output/Jq.ts"
import * as JsonInput from "../../src/api/JsonInput.ts"
import * as Output from "../../src/output/Output.ts"
import * as OutputFlags from "../../src/output/OutputFlags.ts"
import * as Progress from "../../src/output/Progress.ts"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Written from "../support/Written.ts"

describe("CSV", () => {
  it("quotes by RFC 4180", () => {
    assert.strictEqual(
      Csv.line(["a", 'b "c"', "d,e", "f\ng", 1.5, true, null, undefined, { h: 1 }]),
      'a,"b ""c""","d,e","f\ng",1.5,true,,,"{""h"":1}"\r\n'
    )
  })
  it("makes no formula of a text, and leaves numbers and telephone numbers as they are", () => {
    assert.deepStrictEqual(['=HYPERLINK("x")', "@SUM(A1)", "+A1", "-cmd", "\tx"].map(Csv.cell), [
      `"'=HYPERLINK(""x"")"`,
      "'@SUM(A1)",
      "'+A1",
      "'-cmd",
      `"'\tx"`
    ])
    assert.deepStrictEqual(["+49 (30) 1234-5", "-3.5", -3.5].map(Csv.cell), ["+49 (30) 1234-5", "-3.5", "-3.5"])
  })
  it("makes none of a part of a text, where a spreadsheet ends a cell at something else than a comma", () => {
    const calc = "=cmd|' /C calc'!A0"
    assert.deepStrictEqual([`a;${calc}`, `a\t${calc}`, `a\r\n${calc}`, `a;"${calc}`, `a; ${calc}`].map(Csv.cell), [
      `"a;'${calc}"`,
      `"a\t'${calc}"`,
      `"a\r\n'${calc}"`,
      `"a;'""${calc}"`,
      `"a;' ${calc}"`
    ])
    assert.deepStrictEqual([" =1", "\u0000=1", "\uFEFF=1", "＝1", "a;b"].map(Csv.cell), [
      "' =1",
      "'\u0000=1",
      "'\uFEFF=1",
      "'＝1",
      `"a;b"`
    ])
    // There, the comma is that of a decimal number.
    assert.strictEqual(Csv.line([-2, "5+WEBSERVICE(A1)"]), '-2,"5+WEBSERVICE(A1)"\r\n')
    assert.deepStrictEqual(["Anna - Eva", "ada@example.org", "1 + 1 = 2"].map(Csv.cell), [
      "Anna - Eva",
      "ada@example.org",
      "1 + 1 = 2"
    ])
  })

  it.effect(
    "has every row and every text also for a reader that skips empty lines and takes a byte order mark away",
    () =>
      Effect.gen(function* () {
        const given = [["\uFEFFname"], [""], ["b"], [null], ["", ""]]
        const read = yield* Stream.make(given.map(Csv.line).join("")).pipe(
          Stream.pipeThroughChannel(StandardCsv.decodeString({ ignoreEmptyLines: true })),
          Stream.runCollect
        )
        assert.deepStrictEqual(read, [["\uFEFFname"], [""], ["b"], [""], ["", ""]])
      })
  )

  it.effect("begins with a byte order mark where that is asked for, also if there are no rows", () =>
    Effect.gen(function* () {
      const printed = (rows: ReadonlyArray<unknown>, bom: boolean) =>
        Output.make({ columns: ["name"] }).pipe(
          Effect.flatMap((printer) => printer.rows(Stream.fromIterable(rows))),
          Effect.provideService(OutputFlags.OutputFlag, Option.some("csv")),
          Effect.provideService(OutputFlags.BomFlag, bom),
          Written.onOutput,
          Effect.map(({ text }) => text)
        )
      assert.strictEqual(yield* printed([{ name: "é" }, { name: "b" }], true), "\uFEFFname\r\né\r\nb\r\n")
      assert.strictEqual(yield* printed([], true), "\uFEFFname\r\n")
      assert.strictEqual(yield* printed([{ name: "é" }], false), "name\r\né\r\n")
      const error = yield* Effect.flip(Effect.provideService(Output.make(), OutputFlags.BomFlag, true))
      assert.match(error.message, /--bom is for CSV/)
    })
  )

  it.effect("has the columns that are asked for, and so has a table; what is no such form refuses them", () =>
    Effect.gen(function* () {
      const rows = [{ name: "ada", division: { id: "d", name: "home" }, age: 3 }]
      const made = (columns: string, format: OutputFlags.Format) =>
        Output.make({ columns: ["name"] }).pipe(
          Effect.provideService(OutputFlags.OutputFlag, Option.some(format)),
          Effect.provideService(OutputFlags.ColumnsFlag, Option.some(columns))
        )
      const printed = (columns: string, format: OutputFlags.Format) =>
        Effect.flatMap(made(columns, format), (printer) => printer.rows(Stream.fromIterable(rows))).pipe(
          Written.onOutput,
          Effect.map(({ text }) => text)
        )
      assert.strictEqual(
        yield* printed("division.name, age,nothing", "csv"),
        "division.name,age,nothing\r\nhome,3,\r\n"
      )
      assert.strictEqual(yield* printed("age,name", "table"), "AGE  NAME\n3    ada\n")
      for (const wrong of ["", "a,,b", "a,a"]) {
        assert.match((yield* Effect.flip(made(wrong, "csv"))).message, /--columns takes names of fields, each once/)
      }
      for (const format of ["json", "ndjson", "yaml"] as const) {
        assert.match((yield* Effect.flip(made("name", format))).message, /--columns is for a table or CSV/)
      }
    })
  )

  const Evil = Schema.Array(Schema.Literals("=+-@＝;|,'\"\t\r\n \u0000\uFEFFa1(é".split("")))
  const rows = { rows: Schema.Array(Schema.Tuple([Evil, Schema.Union([Evil, Schema.Int]), Evil])) }
  /** As the documentation tells it to whoever reads CSV with a program. */
  const restored = (text: string) =>
    text.replaceAll(
      /(^|\r\n|[;|\t\r\n\u060C\u061B])'(?=[\s"'\p{Cc}\p{Cf};|\u060C\u061B]*[=+\-@＝＋－＠]|(?<=^')[\s"'\p{Cc}\p{Cf};|\u060C\u061B]*[\0\t\r\n])/gu,
      "$1"
    )
  it.effect.prop(
    "has no formula wherever it is split, and every text for a program",
    rows,
    ({ rows: drawn }) =>
      Effect.gen(function* () {
        const given = [
          ["a", "b", "c"],
          ...drawn.map((row) => row.map((value) => (typeof value === "number" ? value : value.join(""))))
        ]
        const csv = given.map(Csv.line).join("")
        assert.notMatch(csv, /(?:^|[;|\t\r\n])["\s\p{Cc}\uFEFF]*(?:[=@＝]|[+-](?![\d ().-]*(?:,|\r\n)))/u)
        const read = yield* Stream.make(csv).pipe(
          Stream.pipeThroughChannel(StandardCsv.decodeString()),
          Stream.runCollect
        )
        assert.deepStrictEqual(
          read.map((row) => row.map(restored)),
          given.map((row) => row.map(String))
        )
      }),
    { arbitrary: { runs: 2000 } }
  )
  it("takes as long as a text is long", () => {
    const took = (text: string) => {
      const start = performance.now()
      Csv.cell(text)
      return performance.now() - start
    }
    // By the square of the length it would be hours.
    for (const part of ["\n", ";", " ", "'", "\t= "]) assert.isBelow(took(part.repeat(300_000)), 30_000)
  })
})

describe("numbers that JavaScript would change", () => {
  const rows = [ExactNumber.parse(`{"a":-12345678901234567890,"b":{"c":1E400},"d":1.5}`)]
  const shown = (format: OutputFlags.Format, terminal: boolean, given = rows) =>
    Effect.map(
      Renderer.make(format, { columns: undefined, terminal, width: undefined, colour: false, bom: false }),
      (renderer) => [...renderer.rows(given), renderer.end()].map(String).join("")
    )
  it.effect("are printed as they are, in every form", () =>
    Effect.gen(function* () {
      const json = `{"a":-12345678901234567890,"b":{"c":1E400},"d":1.5}`
      assert.strictEqual(yield* shown("ndjson", false), `${json}\n`)
      assert.strictEqual(yield* shown("json", false), `[\n${json}\n]\n`)
      assert.strictEqual(yield* shown("csv", false), 'a,b,d\r\n-12345678901234567890,"{""c"":1E400}",1.5\r\n')
      for (const terminal of [true, false]) {
        assert.strictEqual(yield* shown("yaml", terminal), "- a: -12345678901234567890\n  b:\n    c: 1E400\n  d: 1.5\n")
      }
      assert.include(yield* shown("table", true), '-12345678901234567890  {"c":1E400}  1.5')
      assert.strictEqual(yield* shown("csv", false, [ExactNumber.parse("1E400")]), "value\r\n1E400\r\n")
    })
  )
  it.effect("pass jq, which writes 1E400 as 1E+400", () =>
    Effect.gen(function* () {
      const run = yield* Jq.make("[.a, .b.c, .d]")
      assert.deepStrictEqual(run(rows).results, ["[-12345678901234567890,1E+400,1.5]"])
    })
  )
  it.effect("are read from a body as they are", () =>
    Effect.gen(function* () {
      assert.strictEqual(JSON.stringify(yield* JsonInput.parse("-", `[1E400, 0.0]`)), "[1E400,0]")
    })
  )
})

describe("a table", () => {
  const rows = [
    ["1", "Ada \u001B[31mLovelace\nx", "ada@example.org"],
    ["2", "東京", ""]
  ]
  it("shows nothing that a terminal acts upon, and counts wide letters twice", () => {
    const table = Table.make({ names: ["id", "name", "email"], sample: rows, width: undefined, colour: false })
    assert.deepStrictEqual(table.header, ["ID  NAME                       EMAIL\n"])
    assert.deepStrictEqual(rows.map(table.row), [
      String.raw`1   Ada \u001b[31mLovelace\nx  ada@example.org` + "\n",
      "2   東京\n"
    ])
  })
  it("counts as many columns as a terminal gives to brackets, half-wide letters, emoji and accents of their own", () => {
    const names = ["「東京」", "ﾃｽﾄ", "☎️", "1️⃣", "🇩🇪", "👩‍👩‍👧", "e\u0301", "\u3000", "한", "é"]
    const sample = names.map((name) => [name, 1])
    const table = Table.make({ names: ["a", "b"], sample, width: undefined, colour: false })
    assert.deepStrictEqual(
      sample.map(table.row),
      [8, 3, 2, 2, 2, 2, 1, 2, 2, 1].map((columns, at) => `${names[at]}${" ".repeat(10 - columns)}1\n`)
    )
    assert.strictEqual(
      Table.make({ names: ["a"], sample: [["「東京」"]], width: 6, colour: false }).row(["「東京」"]),
      "「東…\n"
    )
    assert.strictEqual(
      Table.fields(
        [
          ["部門", 1],
          ["division", 2]
        ],
        undefined
      ),
      "部門      1\ndivision  2\n"
    )
  })
  it("fits the terminal", () => {
    const table = Table.make({ names: ["id", "name", "email"], sample: rows, width: 24, colour: true })
    const [bold, , unstyled] = table.header
    assert.deepStrictEqual([bold, unstyled], [TerminalText.bold, TerminalText.unstyled])
    const names = table.header.filter((part) => typeof part === "string").join("")
    for (const line of [names, ...rows.map(table.row)]) assert.isAtMost(line.trimEnd().length, 24)
    assert.match(table.row(rows[0]!), /…/)
  })
  const id = "b0ced89c-86b0-4e88-b56e-36cb03e509d1"
  it("keeps ids and the names of operations whole, shortens the rest, and leaves out what there is no room for", () => {
    const names = ["id", "name", "email", "state", "department", "title"]
    const user = [
      id,
      "Ada Byron Countess of Lovelace",
      "ada.lovelace@example.org",
      "active",
      "Engineering",
      "Programmer"
    ]
    const table = Table.make({ names, sample: [user], width: 80, colour: false })
    assert.deepStrictEqual(table.dropped, ["department", "title"])
    assert.strictEqual(table.row(user), `${id}  Ada Byron Count…  ada.lovelace@ex…  active\n`)
    const operation = "postOrganizationsAuthorizationTrusteeOrgauthorizationWithAVeryLongName"
    const calls = Table.make({
      names: ["operation", "method", "path", "summary"],
      sample: [[operation, "POST", "/api/v2/organizations", "A summary"]],
      width: 80,
      colour: false
    })
    assert.strictEqual(calls.row([operation, "POST", "/api/v2/a", "A"]), `${operation}  POST\n`)
    assert.deepStrictEqual(calls.dropped, ["path", "summary"])
    // One column more than fits, and nothing that may give way.
    const ids = Table.make({ names: ["queue", "userId"], sample: [[id, id]], width: 60, colour: false })
    assert.strictEqual(ids.row([id, id]), `${id}  ${id}\n`)
  })
})

describe("fields", () => {
  const objectOf = (...given: ReadonlyArray<string>) =>
    Effect.flatMap(Effect.forEach(given, Fields.ofTyped), Fields.toObject).pipe(
      Effect.map((object) => JSON.stringify(object)),
      Effect.provide(NodeServices.layer)
    )
  it.effect("nest as those of gh do, and are what they look like", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* objectOf("a=1", "b[c]=true", "b[d][]=x", "b[d][]=null", "e=-1.5", "f=007", "g="),
        '{"a":1,"b":{"c":true,"d":["x",null]},"e":-1.5,"f":"007","g":""}'
      )
      assert.strictEqual(
        yield* objectOf("q[][type]=EXACT", "q[][fields][]=a", "q[][fields][]=b", "q[][type]=TERM"),
        '{"q":[{"type":"EXACT","fields":["a","b"]},{"type":"TERM"}]}'
      )
    })
  )
  it.effect("that are numbers lose no digit", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* objectOf("a=12345678901234567890", "b[]=1E400"),
        `{"a":12345678901234567890,"b":[1E400]}`
      )
      const fields = yield* Effect.forEach(["id[]=12345678901234567890", "id[]=1E400"], Fields.ofTyped)
      assert.deepStrictEqual(yield* Fields.toQuery(fields), [["id", "12345678901234567890,1E400"]])
    }).pipe(Effect.provide(NodeServices.layer))
  )
  it.effect("that contradict each other or are malformed are refused", () =>
    Effect.gen(function* () {
      for (const given of [["a=1", "a=2"], ["a=1", "a[]=2"], ["a[b"], ["=x"], ["a=12345678901234567890", "a[b]=1"]]) {
        const error = yield* Effect.flip(objectOf(...given))
        assert.strictEqual(error._tag, "UsageError", given.join(" "))
      }
    })
  )
  it.effect("become parameters, lists with commas", () =>
    Effect.gen(function* () {
      const fields = yield* Effect.forEach(["id[]=1", "id[]=2", "state=any"], Fields.ofText)
      assert.deepStrictEqual(yield* Fields.toQuery(fields), [
        ["id", "1,2"],
        ["state", "any"]
      ])
      assert.strictEqual((yield* Effect.flip(Fields.toQuery([{ key: "a[b]", value: 1 }])))._tag, "UsageError")
    })
  )
})

it.effect("JSON that is none is told by line and column, wherever the mistake is", () =>
  Effect.gen(function* () {
    const wrong: ReadonlyArray<readonly [string, number, number]> = [
      ["", 1, 1],
      ['{"a":x}', 1, 6],
      ['{\n  "a": 1,\n}', 3, 1],
      ['{"a": 1', 1, 8],
      ["[1 2]", 1, 4],
      ["// no\n{}", 1, 1]
    ]
    for (const [json, line, column] of wrong) {
      const { message } = yield* Effect.flip(JsonInput.parse("body.json", json))
      assert.include(message, `body.json is not JSON at line ${line}, column ${column}: `, json)
    }
  })
)

describe("jq", () => {
  it.effect("is jq", () =>
    Effect.gen(function* () {
      const run = yield* Jq.make('. as {a: $x} | try ($x | test("B"; "i")) catch "no"')
      assert.deepStrictEqual(run([{ a: "abc" }, { a: 1 }, { a: "é😀\n" }]), {
        results: ["true", '"no"', "false"],
        error: undefined
      })
      const none = yield* Jq.make("env | length")
      assert.isBelow(Number(none([null]).results[0]), 10)
    })
  )
  it.effect("names a wrong expression and its place; a flag is no expression", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* Effect.flip(Jq.make(".a | ["))).message,
        '--jq ".a | [" is not a jq expression: syntax error, unexpected end of file (column 6).'
      )
      assert.strictEqual((yield* Effect.flip(Jq.make("--version")))._tag, "UsageError")
    })
  )
  it.effect("gives the results before a failure, and says what failed", () =>
    Effect.gen(function* () {
      const { error, results } = (yield* Jq.make(".a.b"))([{ a: { b: 1 } }, { a: 3 }, { a: { b: 2 } }])
      assert.deepStrictEqual(results, ["1", "2"])
      assert.match(error?.message ?? "", /Cannot index number/)
    })
  )
})

it("progress tells count, rate and time left", () => {
  assert.strictEqual(Progress.describe("rows", 1200, 3, 3000), "1,200 of about 3,000 rows, 400/s, 5s left")
  assert.strictEqual(Progress.describe("rows", 3, 2, undefined), "3 rows, 1.5/s")
  assert.strictEqual(
    Progress.describeWait("Genesys prepares", "rows", 71.2, 3000),
    "Genesys prepares about 3,000 rows, 1m 12s"
  )
  assert.strictEqual(Progress.describeWait("waiting for", "rows", 0.2, undefined), "waiting for rows, 1s")
})
