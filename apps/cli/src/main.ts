/** Scripts start `genesys token` again and again: what is loaded is what the call needs. */
import { quickCall } from "./QuickCall.ts"

const isAnswered = async (): Promise<boolean> => {
  switch (quickCall(process.argv.slice(2))) {
    case "version":
      return (await import("./quickVersion.ts")).answer()
    case "token":
      return (await import("./quickToken.ts")).answer()
    case undefined:
      return false
  }
}

const parsed = async () => {
  const { enable } = await import("./Compiled.ts")
  enable()
  await import("./parsed.ts")
}

void isAnswered().then((answered) => (answered ? undefined : parsed()))
