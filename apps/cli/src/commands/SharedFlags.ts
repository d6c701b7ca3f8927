/**
 * Flags that several commands have. Each is declared once, is offered by the commands that act on it and refused by all others, and
 * may stand before the command's name or behind it.
 */
import * as Command from "effect/cli/Command"
import type * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Context from "effect/Context"

type Flags = ReadonlyArray<GlobalFlag.GlobalFlag<any>>

/** Those of a command, where whoever writes completions finds them. */
const Shared = Context.Reference<Flags>("@effect-genesys/cli/SharedFlags", { defaultValue: () => [] })

/** The shared flags of a command itself, not those of the commands above it. */
export const of = ({ annotations }: Command.Command.Any): Flags => Context.get(annotations, Shared)

/** Offers them. A command that is not made with `Effect.serviceOption` of each accepts what it does not act on. */
export const withSharedFlags =
  (flags: Flags) =>
  <Name extends string, Input, E, R, ContextInput>(
    command: Command.Command<Name, Input, ContextInput, E, R>
  ): Command.Command<Name, Input, ContextInput, E, R> =>
    command.pipe(Command.withGlobalFlags(flags), Command.annotate(Shared, flags))
