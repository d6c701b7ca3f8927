/** Metrics as Prometheus reads them: parsed by somebody else's parser, and judged by the rules of `promtool check metrics`. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import parseText from "parse-prometheus-text-format"

const Sample = Schema.Struct({
  labels: Schema.Record(Schema.String, Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  value: Schema.optionalKey(Schema.FiniteFromString)
})
const Families = Schema.Array(
  Schema.Struct({ name: Schema.String, help: Schema.String, type: Schema.String, metrics: Schema.Array(Sample) })
)
const decode = Schema.decodeUnknownSync(Families)

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: ReadonlyArray<{ readonly name: string } & typeof Sample.Type>
}

/** The parser takes all series of a histogram for one. Without its type it is read as it stands. */
export const parse = (text: string): ReadonlyArray<Family> => {
  const read = decode(parseText(text.replaceAll(/^# TYPE .*\n/gm, ""))).flatMap(({ metrics, name }) =>
    metrics.map((sample) => ({ ...sample, name }))
  )
  return decode(parseText(text)).map(({ help, name, type }) => {
    const names = type === "HISTOGRAM" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name]
    return { name, help, type, samples: read.filter((sample) => names.includes(sample.name)) }
  })
}

/** Prometheus has base units only, written out. */
const otherUnits =
  /_(?:milliseconds?|microseconds?|nanoseconds?|minutes?|hours?|days?|weeks?|ms|us|ns|sec|secs|min|h|kilobytes?|megabytes?|kb|mb|kib|mib|bits?|percent|percentage)(?:_|$)/
const types = /(?:^|_)(?:counter|gauge|histogram|summary|timer)(?:_|$)/

interface Series {
  readonly buckets: ReadonlyArray<{ readonly end: string; readonly count: number }>
  readonly sum: number | undefined
  readonly count: number | undefined
}

/** Each series of a histogram by itself. */
const seriesOf = ({ name, samples }: Family): ReadonlyArray<Series> => {
  const keyOf = (labels: Readonly<Record<string, string>>) => JSON.stringify(Struct.omit(labels, ["le"]))
  return [...new Set(samples.map(({ labels }) => keyOf(labels)))].map((key) => {
    const of = (end: string) => samples.filter((one) => one.name === name + end && keyOf(one.labels) === key)
    return {
      buckets: of("_bucket").map(({ labels, value = Number.NaN }) => ({ end: labels["le"] ?? "", count: value })),
      sum: of("_sum")[0]?.value,
      count: of("_count")[0]?.value
    }
  })
}

const isFitting = (end: string) => end === "+Inf" || (Number(end) >= 0.005 && Number(end) <= 60)

/** The form that those who query times expect. */
const ofSeries: ReadonlyArray<readonly [wrong: string, isRight: (series: Series) => boolean]> = [
  ["has more than 12 buckets, or hardly any", ({ buckets }) => buckets.length > 2 && buckets.length <= 12],
  ["has buckets beyond 5 ms and 60 s", ({ buckets }) => buckets.every(({ end }) => isFitting(end))],
  [
    "has buckets that do not add up",
    ({ buckets }) => buckets.every(({ count }, place) => count >= (buckets[place - 1]?.count ?? 0))
  ],
  [
    "has a count that is not that of +Inf",
    ({ buckets, count }) => buckets.at(-1)?.end === "+Inf" && buckets.at(-1)?.count === count
  ],
  ["has no sum", ({ sum = Number.NaN }) => sum >= 0]
]

const labelsOf = ({ samples }: Family) => new Set(samples.flatMap(({ labels }) => Object.keys(labels)))

const ofFamily: ReadonlyArray<readonly [wrong: string, isRight: (family: Family) => boolean]> = [
  ["has no HELP", ({ help }) => help !== ""],
  ["has no series", ({ samples }) => samples.length > 0],
  ["has an odd type", ({ type }) => ["COUNTER", "GAUGE", "HISTOGRAM"].includes(type)],
  [
    "ends with _total if and only if it is a counter",
    ({ name, type }) => (type === "COUNTER") === name.endsWith("_total")
  ],
  ["is not in seconds", ({ name, type }) => type !== "HISTOGRAM" || name.endsWith("_seconds")],
  ["is no name", ({ name }) => /^[a-z][a-z0-9_]*$/.test(name) && !name.includes("__")],
  ["has a unit that is no base unit", ({ name }) => !otherUnits.test(name)],
  ["has its type in its name", ({ name }) => !types.test(name)],
  ["ends as a part of another one does", ({ name }) => !/_(?:bucket|count|sum)$/.test(name)],
  ["has a label that is no name", (family) => [...labelsOf(family)].every((label) => /^[a-z][a-z0-9_]*$/.test(label))],
  ["has a label that is taken", (family) => !labelsOf(family).has("quantile")],
  ["has le, and is no histogram", (family) => labelsOf(family).has("le") === (family.type === "HISTOGRAM")],
  [
    "has no org",
    (family) => /^process_|^genesys_worker_/.test(family.name) || family.samples.every(({ labels }) => "org" in labels)
  ]
]

export const lint = (families: ReadonlyArray<Family>): ReadonlyArray<string> => {
  const wrong = families.flatMap((family) => {
    const series = family.type === "HISTOGRAM" ? seriesOf(family) : []
    const own = ofFamily.filter(([, isRight]) => !isRight(family))
    const inner = ofSeries.filter(([, isRight]) => !series.every(isRight))
    return [...own, ...inner].map(([what]) => `${family.name} ${what}`)
  })
  const names = families.map(({ name }) => name)
  return [
    ...wrong,
    ...names.filter((name, place) => names.indexOf(name) !== place).map((name) => `${name} comes twice`)
  ]
}
