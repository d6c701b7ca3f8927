import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

it("the README shows the sink of MemorySink.ts as it is, which a worker fills for a month in WorkerMonth.test.ts", () => {
  const [, sink = ""] = /\/\/ #region sink\n([^]*?)\/\/ #endregion/.exec(read("MemorySink.ts")) ?? []
  assert.include(read("../README.md"), `\`\`\`ts\n${sink}\`\`\``)
  assert.isAtMost(sink.split("\n").length, 27)
})
