/** YAML, by a library that is loaded by its first use. */
import * as Effect from "effect/Effect"
import * as TerminalText from "../TerminalText.ts"

/** @param terminal what a terminal does not show as it is is quoted, so that the text is still the same when it is written out */
export const load = (terminal: boolean): Effect.Effect<(value: unknown) => string> =>
  Effect.promise(async () => {
    const { Document, stringify, visit } = await import("yaml")
    if (!terminal) return (value) => stringify(value)
    return (value) => {
      const document = new Document(value)
      visit(document, {
        Scalar: (_key, node) => {
          if (typeof node.value === "string" && !TerminalText.isClean(node.value)) node.type = "QUOTE_DOUBLE"
        }
      })
      return document.toString()
    }
  })
