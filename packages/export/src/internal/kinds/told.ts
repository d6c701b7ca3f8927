/** What is told of a kind of facts: in the README, the command line and the settings. */
export interface Told {
  readonly doc: string
  /** Of the official SDK. */
  readonly operations: ReadonlyArray<string>
  /** One of them is enough, or all are needed, as it says. */
  readonly permissions: ReadonlyArray<string>
}
