/** The states that users can be asked for by. */
export const states = ["active", "inactive", "deleted", "any"] as const
export type State = (typeof states)[number]
