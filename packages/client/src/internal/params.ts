/** Options as parameters of a query string: lists with commas between their values, as Genesys' SDK sends them. */
type Value = string | number | boolean | ReadonlyArray<string> | undefined

export const params = (options: Readonly<Record<string, Value>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  )

/** Without what is not given, which must not be sent as `null`. */
export const given = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
