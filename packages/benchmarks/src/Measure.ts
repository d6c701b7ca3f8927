/**
 * Runs candidates in turns, so that what else the machine does hits all of them alike, and prints what came out. A
 * ratio is taken within each round, and the table shows the median of the rounds.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

export interface Candidate {
  readonly name: string
  /** Runs once and gives its figure, in the unit of the benchmark. */
  readonly run: Effect.Effect<number>
  /** At most this: the figure itself, or its ratio to the first candidate. */
  readonly target?: { readonly figure: number } | { readonly ratio: number }
}

/** The first candidate is the one that the others are compared with. */
export type Candidates = readonly [Candidate, ...ReadonlyArray<Candidate>]

export interface Row {
  readonly candidate: Candidate
  readonly figures: ReadonlyArray<number>
  /** To the first candidate, one for each round. */
  readonly ratios: ReadonlyArray<number>
}

/** Milliseconds that an effect takes. */
export const millis = <E, R>(effect: Effect.Effect<unknown, E, R>): Effect.Effect<number, E, R> =>
  Effect.suspend(() => {
    const start = performance.now()
    return Effect.map(effect, () => performance.now() - start)
  })

/** Runs all candidates in each round, every second round backwards. The rounds of the warm-up are not counted. */
export const rounds = Effect.fnUntraced(function* (
  candidates: Candidates,
  options: { readonly warmUp: number; readonly rounds: number }
) {
  const rows = candidates.map((candidate) => ({ candidate, figures: Array.of<number>(), ratios: Array.of<number>() }))
  for (let round = -options.warmUp; round < options.rounds; round++) {
    const order = round % 2 === 0 ? rows : rows.toReversed()
    const figures = new Map<Candidate, number>()
    for (const { candidate } of order) figures.set(candidate, yield* candidate.run)
    if (round < 0) continue
    for (const row of rows) {
      const figure = figures.get(row.candidate) ?? Number.NaN
      row.figures.push(figure)
      row.ratios.push(figure / (figures.get(candidates[0]) ?? Number.NaN))
    }
  }
  return rows
})

/** The middle one; of an even number, the upper of the two. */
const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** A table for people: the median and the range of each candidate, its ratio to the first one, and its target. */
export const print = (
  title: string,
  rows: ReadonlyArray<Row>,
  unit: string,
  notes: ReadonlyArray<string> = []
): Effect.Effect<void> => {
  const head = ["", unit, "lowest", "highest", "ratio", "target"]
  const table = [head, ...rows.map((row) => cells(row, unit))]
  const widths = head.map((_, column) => Math.max(...table.map((cell) => (cell[column] ?? "").length)))
  const lines = table.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || column === 5 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
      )
      .join("  ")
      .trimEnd()
  )
  return Console.log([title, "", ...lines, "", ...notes, ...(notes.length === 0 ? [] : [""])].join("\n"))
}

const cells = ({ candidate, figures, ratios }: Row, unit: string): ReadonlyArray<string> => [
  candidate.name,
  median(figures).toFixed(1),
  Math.min(...figures).toFixed(1),
  Math.max(...figures).toFixed(1),
  median(ratios).toFixed(2),
  verdict(candidate.target, median(figures), median(ratios), unit)
]

const verdict = (target: Candidate["target"], figure: number, ratio: number, unit: string): string => {
  if (target === undefined) return ""
  return "ratio" in target
    ? `ratio at most ${target.ratio}: ${ratio <= target.ratio ? "met" : "MISSED"}`
    : `at most ${target.figure} ${unit}: ${figure <= target.figure ? "met" : "MISSED"}`
}
