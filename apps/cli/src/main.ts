/** Scripts start `genesys token` again and again: what is loaded is what the call needs. */
import { enable } from "@effect-genesys/program/Compiled"
import { quickCall } from "./quick/QuickCall.ts"

const isAnswered = async (): Promise<boolean> => {
  switch (quickCall(process.argv.slice(2))) {
    case "version":
      return (await import("./quick/version.ts")).answer()
    case "completions":
      return (await import("./quick/completions.ts")).answer(process.argv[3] ?? "")
    case "token":
      enable()
      return (await import("./quick/token.ts")).answer()
    case undefined:
      return false
  }
}

const parsed = async () => {
  enable()
  await import("./parsed.ts")
}

void isAnswered().then((answered) => (answered ? undefined : parsed()))
