/**
 * Text that came from outside, made safe to show: a terminal or a reader of a log acts upon nothing in it, and nothing in it is
 * invisible or turns round what is read. What is unsafe is written out as JSON writes it, so that JSON stays the same JSON.
 */

/** Most texts, told without a look at each letter. */
const harmless = /^[\n\t -~]*$/

/** What chooses the shape of a letter is no letter, but part of a text. */
const unseen = String.raw`\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}`

/** Persian, Hindi and others write joiners within words, and so do emoji; elsewhere they only make one name look like another. */
const joined = String.raw`[[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]--[\p{ASCII}[${unseen}]]]`
const joiner = String.raw`[\u200C\u200D]`

/** Made by its first use, for it is large. */
let made: RegExp | undefined

/** Control characters, line ends that are none of a text file, and what cannot be seen or turns the direction of writing. */
const unsafe = (): RegExp =>
  (made ??= new RegExp(
    String.raw`\r(?!\n)|[[\p{Cc}--[\n\r\t]]\p{Zl}\p{Zp}\uFFF9-\uFFFB[[${unseen}]--${joiner}]]` +
      `|(?<!${joined})${joiner}|${joiner}(?!${joined})`,
    "gv"
  ))

const short: Readonly<Record<string, string>> = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` }

const hex = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`

/** One code point, which JSON writes as one or two units. */
const written = (character: string) => short[character] ?? character.split("").map(hex).join("")

/** Whether it can be shown as it is. */
export const isClean = (text: string): boolean => harmless.test(text) || text.search(unsafe()) === -1

/** Any number of lines. */
export const clean = (text: string): string => (harmless.test(text) ? text : text.replaceAll(unsafe(), written))

/** One line, whatever is in it. */
export const line = (text: string): string => clean(text).replaceAll(/[\n\r\t]/g, written)

/** What a terminal shall act upon. Nothing that came from outside can become one: it is made from our own sources alone. */
export class Sequence {
  readonly code: string
  constructor(code: string) {
    this.code = code
  }
}

/** Text, which is cleaned where it has to be, or a sequence of ours, which never is. */
export type Part = string | Sequence
/** One part or more. */
export type Parts = readonly [Part, ...Array<Part>]

const csi = "\u001B["

/** Select Graphic Rendition. */
export const style = (code: number): Sequence => new Sequence(`${csi}${code}m`)
/** Text in bold letters. */
export const bold = style(1)
/** Text as it is, between parts that are styled. */
export const unstyled = style(0)

/** An empty screen, and its first line. */
export const clearScreen = new Sequence(`${csi}2J${csi}H`)
/** Goes to the beginning of the line. */
export const toLineStart = new Sequence("\r")
/** Clears what stands from here to the end of the line. */
export const clearLine = new Sequence(`${csi}K`)
/** Clears what stands from here to the end of the screen. */
export const clearDown = new Sequence(`${csi}0J`)
/** Goes up so many lines. */
export const up = (lines: number): Sequence => new Sequence(lines === 0 ? "" : `${csi}${lines}A`)

const bell = "\u0007"

/** A text in which all sequences are our own, such as the help or a prompt as effect/cli draws them. */
export const ours = (text: string): ReadonlyArray<Part> => {
  if (text === bell) return [new Sequence(bell)]
  const [first = "", ...rest] = text.split(csi)
  return [
    first,
    ...rest.flatMap((part): ReadonlyArray<Part> => {
      const [code] = /^[\d;?]*[A-Za-z]/.exec(part) ?? []
      return code === undefined ? [csi + part] : [new Sequence(csi + code), part.slice(code.length)]
    })
  ]
}

/**
 * The text of some parts.
 *
 * @param cleans whether what is no sequence is cleaned: for a terminal, and for whatever people read
 */
export const render = (parts: ReadonlyArray<Part>, cleans: boolean): string =>
  parts.map((part) => (typeof part !== "string" ? part.code : cleans ? clean(part) : part)).join("")

/** For texts and UTF-8 that come in pieces, each of them cut anywhere. */
export const cleaner = () => {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  let held = ""
  /** A last \r may be half of a line end. */
  const next = (text: string) => {
    const all = held + text
    held = all.endsWith("\r") ? "\r" : ""
    return clean(held === "" ? all : all.slice(0, -1))
  }
  return {
    push: (part: Part | Uint8Array): string =>
      part instanceof Sequence
        ? part.code
        : next(typeof part === "string" ? part : decoder.decode(part, { stream: true })),
    end: (): string => clean(held + decoder.decode())
  }
}
