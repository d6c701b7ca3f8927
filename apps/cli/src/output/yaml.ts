/** YAML, by a library that is loaded by its first use. */
import { isExactNumber } from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import type { ScalarTag } from "yaml"
import * as TerminalText from "@effect-genesys/program/TerminalText"

/** The library would take it for an object. */
const exactNumber: ScalarTag = {
  identify: isExactNumber,
  default: true,
  tag: "tag:yaml.org,2002:float",
  resolve: (text) => text,
  stringify: ({ value }) => (isExactNumber(value) ? value.rawJSON : String(value))
}

/** @param terminal what a terminal does not show as it is is quoted, so that the text is still the same when it is written out */
export const load = (terminal: boolean): Effect.Effect<(value: unknown) => string> =>
  Effect.promise(async () => {
    const { Document, stringify, visit } = await import("yaml")
    const options = { customTags: [exactNumber] }
    if (!terminal) return (value) => stringify(value, options)
    return (value) => {
      const document = new Document(value, options)
      visit(document, {
        Scalar: (_key, node) => {
          if (typeof node.value === "string" && !TerminalText.isClean(node.value)) node.type = "QUOTE_DOUBLE"
        }
      })
      return document.toString()
    }
  })
