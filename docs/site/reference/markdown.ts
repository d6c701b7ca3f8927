/** Words of the code, as Markdown that a page of the site can show: nothing in them is taken for a tag or a template. */

export const text = (words: string): string =>
  words
    .split(/(`[^`\n]+`)/)
    .map((part, place) =>
      place % 2 === 1 ? part : part.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;").replaceAll("*", "\\*")
    )
    .join("")

/** In a cell of a table, on one line. */
export const cell = (words: string): string =>
  text(words)
    .replaceAll("|", "\\|")
    .replaceAll(/\s*\n\s*/g, " ")

export const code = (words: string): string => (words === "" ? "" : `\`${words.replaceAll("|", "\\|")}\``)

/** A table, whose cells are Markdown. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

/** A page of its parts. What changes in it, changes in the code. */
export const page = (title: string, made: string, ...parts: ReadonlyArray<string>): string =>
  `${[`# ${title}`, `_Made of ${made}._`, ...parts.filter((part) => part !== "")].join("\n\n")}\n`
