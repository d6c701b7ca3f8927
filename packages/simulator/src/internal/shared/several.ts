/** The values of a parameter that is repeated, or has commas between them. */
export const several = (given: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> | undefined =>
  given === undefined ? undefined : [given].flat().flatMap((text) => text.split(","))
