/**
 * A command whose work is in a module of its own: that is loaded when the command is called, so that no other one pays for the
 * simulator, the SDK or a database client.
 */
import * as Effect from "effect/Effect"

export const handler =
  <Input, A, E, R>(load: () => Promise<{ readonly run: (input: Input) => Effect.Effect<A, E, R> }>) =>
  (input: Input): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.promise(load), ({ run }) => run(input))
