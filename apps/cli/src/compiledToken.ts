/** What `quickToken.ts` is in the bundle: the same, as a bundle of its own whose functions need not be compiled again. */
import { join } from "node:path"
import * as Compiled from "./Compiled.ts"

export const answer = async (): Promise<boolean> => {
  const token: Partial<typeof import("./quickToken.ts")> = {}
  const keep = Compiled.load(join(import.meta.dirname, "..", "token", "quickToken.cjs"), token)
  const answered = (await token.answer?.()) === true
  if (answered) keep()
  return answered
}
