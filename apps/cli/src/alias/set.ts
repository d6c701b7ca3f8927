/** What `genesys alias set` does. */
import { UsageError } from "@effect-genesys/program/UsageError"
import type * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as CallLine from "../calls/CallLine.ts"
import * as Typed from "../config/Typed.ts"
import * as UserSettings from "../config/UserSettings.ts"
import type { Set } from "./flags.ts"

type Input = Set & { readonly root: Command.Command.Any }

export const run = Effect.fnUntraced(function* ({ call, name, root }: Input) {
  const [first = "", ...more] = call
  const commands = root.subcommands.flatMap((group) => group.commands)
  const isCommand = (word: string) => Typed.words.has(word) || commands.some((one) => one.name === word)
  if (!UserSettings.isAliasName(name)) {
    return yield* new UsageError({
      message: `${JSON.stringify(name)} cannot be an alias: it must be 1 to 32 small letters, digits and dashes, a letter first.`
    })
  }
  if (isCommand(name)) {
    return yield* new UsageError({
      message: `genesys ${name} is a command, and no alias takes its place. Choose another name.`
    })
  }
  if (!isCommand(first)) {
    return yield* new UsageError({
      message: `${JSON.stringify(first)} is no command of genesys: an alias stands for one, such as genesys alias set ${name} -- users list.`
    })
  }
  yield* UserSettings.change((before) => ({ ...before, aliases: { ...before.aliases, [name]: [first, ...more] } }))
  yield* Console.error(`genesys ${name} stands for ${CallLine.of(call)}`)
})
