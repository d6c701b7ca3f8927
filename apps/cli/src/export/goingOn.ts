/** How an export that was broken off is gone on with: the call that does it, whenever it is made. */
import { existsSync } from "node:fs"
import * as CallLine from "../calls/CallLine.ts"

/** What has a value, and is said by the interval that is meant. */
const replaced = new Set(["--interval", "--time-zone"])

const plain = (args: ReadonlyArray<string>): ReadonlyArray<string> =>
  args.filter((arg, at) => {
    const name = arg.split("=", 1)[0] ?? ""
    return arg !== "--force" && !replaced.has(name) && !replaced.has(args[at - 1] ?? "")
  })

export interface Options {
  readonly args: ReadonlyArray<string>
  /** Of a word such as `today`, what it meant. */
  readonly interval: string | undefined
  /** Where the rows go, if it is one file. */
  readonly file: string | undefined
}

/** Such as `2025-11-03` where it is a day. */
const short = (interval: string) => {
  const days = interval.replaceAll("T00:00:00.000Z", "")
  const [from = "", to = ""] = days.split("/")
  const isDay = from.length === 10 && Date.parse(to) - Date.parse(from) === 86_400_000 && to.length === 10
  return isDay ? from : days
}

/** Without `--force`, which would begin anew; what it was to overwrite goes before. */
export const command = ({ args, file, interval }: Options): string => {
  const call = CallLine.of([...plain(args), ...(interval === undefined ? [] : ["--interval", short(interval)])])
  return file !== undefined && args.includes("--force") && existsSync(file)
    ? `rm ${CallLine.word(file)} && ${call}`
    : call
}
