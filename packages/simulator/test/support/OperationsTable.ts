/**
 * What the README says of operations: how many are imitated, which, and of which classes the others are.
 */
import { viewOf } from "../../src/internal/shaped/operations.ts"
import * as SdkIndex from "../../src/internal/shaped/sdkIndex.ts"

const number = (value: number) => value.toLocaleString("en-US")
const classOf = (name: string) => name.split(".")[0] ?? ""
const methodOf = (name: string) => name.split(".")[1] ?? ""

export const page = (): string => {
  const { imitated, sdk, shaped } = viewOf(SdkIndex.load())
  const known = imitated.filter(({ names }) => names !== undefined)
  const all = known.length + shaped.length
  const namesOf = (operations: typeof shaped) => operations.flatMap(({ names = [] }) => names)
  const groups = Map.groupBy(namesOf(known), classOf)
  const others = Map.groupBy(namesOf(shaped), classOf)
  const classes = [...new Set([...groups.keys(), ...others.keys()])].toSorted()
  const lines = classes.flatMap((name) => {
    const methods = (groups.get(name) ?? []).map((each) => `\`${methodOf(each)}\``).toSorted()
    const rest = others.get(name)?.length ?? 0
    const more = rest === 0 ? "" : `; ${number(rest)} only shaped`
    return methods.length === 0 ? [] : [`- \`${name}\`: ${methods.join(", ")}${more}`]
  })
  const wholly = classes.filter((name) => !groups.has(name)).map((name) => `\`${name}\` (${others.get(name)?.length})`)
  const beside = imitated.filter(({ names }) => names === undefined)
  const unknown = beside.map(({ method, path }) => `\`${method} ${path}\``).join(", ")
  const more = unknown === "" ? "" : ` Imitated, and not in the SDK: ${unknown}.`
  const counted = `${number(all)} operations of the official SDK ${sdk}`
  const several = `(It has ${number(namesOf([...known, ...shaped]).length)}, because some are in several classes.)`
  return [
    `Of the ${counted}, ${number(known.length)} are imitated, and ${number(shaped.length)} are only shaped.`,
    `${several}${more}`,
    "",
    ...lines,
    "",
    `Only shaped are those of ${wholly.join(", ")}.`
  ].join("\n")
}
