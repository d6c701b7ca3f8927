/** Whether the output of a program holds what would steer a terminal, our own drawing aside. */
import { assert } from "@effect/vitest"

/** What we draw ourselves: bold and colours, a screen that is drawn again, a prompt. */
const isOurs = /^\[(?:[0-24]|3[0-7]|9[0-6])m|^\[\d+A|^\[0?J|^\[2?K|^\[\d*G|^\[\?25[hl]/

/** What is left of the output when that and the ends of lines are taken away. */
const others = (output: string): string =>
  output
    .replaceAll("\r\u001B[0J", "")
    // The line of a progress or of a wait.
    .replaceAll("\r\u001B[K", "")
    .split("\u001B")
    .map((part, index) => (index === 0 ? part : isOurs.test(part) ? part.replace(isOurs, "") : `␛${part}`))
    .join("")
    .replaceAll("\r\n", "\n")
    .replaceAll(/\r(?=\n|$)/g, "")

const steering = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060\uFEFF\u{E0000}-\u{E007F}]|␛/u

/** @param what whose output it is */
export const assertHarmless = (output: string, what: string) =>
  assert.notMatch(others(output), steering, `${what}: ${JSON.stringify(output.slice(0, 3000))}`)
