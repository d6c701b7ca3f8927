/** A recorded run of a program in a terminal, as a picture that plays it: an SVG with nothing but text and one animation. */

export interface Line {
  /** Seconds from the start of the run. */
  readonly at: number
  readonly text: string
}

/** Of the output of `genesys demo`, whose lines begin with the seconds; those without, its sums, come at the end. */
export const parse = (output: string): ReadonlyArray<Line> => {
  let at = 0
  return output
    .trimEnd()
    .split("\n")
    .map((text) => {
      at = Number(/^ *(\d+\.\d) s /.exec(text)?.[1] ?? at)
      return { at, text }
    })
}

const columns = 104
const rows = 20
const step = { x: 7.8, y: 19 }
const margin = 14
/** How long the end is shown before it begins again, in seconds. */
const hold = 8

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
const fitted = (text: string) => (text.length > columns ? `${text.slice(0, columns - 1)}…` : text)

const classOf = (text: string) => {
  if (/503|401|not renewed|revokes/.test(text)) return "bad"
  if (/^ *[\d.]+ s {2}token/.test(text)) return "token"
  return /^ *[\d.]+ s {2}(?:call|status)/.test(text) ? "quiet" : "plain"
}

/** How far the lines are moved up once so many of them are there. */
const up = (count: number) => Math.max(0, count - rows) * step.y

/** The picture. The same recording always makes the same one. */
export const svg = (lines: ReadonlyArray<Line>, command: string): string => {
  const all = [{ at: 0, text: `$ ${command}` }, ...lines]
  const total = (all.at(-1)?.at ?? 0) + hold
  const percent = (seconds: number) => Number(((seconds / total) * 100).toFixed(2))
  // Several lines at one time are one step.
  const shown = new Map(all.map(({ at }, place) => [percent(at), place + 1]))
  const frames = [...shown].map(
    ([at, count]) =>
      `${at}%{transform:translateY(${-up(count)}px);clip-path:inset(0 0 ${(all.length - count) * step.y}px 0)}`
  )
  const end = `transform:translateY(${-up(all.length)}px)`
  const [width, height] = [columns * step.x + 2 * margin, rows * step.y + 2 * margin]
  const body = all
    .map(({ text }, place) => {
      const y = (place + 1) * step.y - 5
      return `<text class="${classOf(text)}" y="${y}" xml:space="preserve">${escaped(fitted(text))}</text>`
    })
    .join("\n")
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="A recorded run of ${command}">
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#c9d1d9}
.bad{fill:#ff7b72}.token{fill:#7ee787}.quiet{fill:#8b949e}
.all{${end};animation:play ${total}s step-end infinite}
@keyframes play{${frames.join("")}}
@media (prefers-reduced-motion:reduce){.all{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<svg x="${margin}" y="${margin}" width="${columns * step.x}" height="${rows * step.y}"><g class="all">
<rect width="1" height="${all.length * step.y}" fill="none"/>
${body}
</g></svg>
</svg>
`
}
