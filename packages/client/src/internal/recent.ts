/** A set that remembers only what was added last, so that a list without an end does not fill the memory. */
export interface Recent {
  /** False if it is remembered already. */
  readonly add: (value: string) => boolean
}

export const make = (size: number): Recent => {
  const values = new Set<string>()
  return {
    add: (value) => {
      if (values.has(value)) return false
      values.add(value)
      if (values.size > size) {
        const [oldest] = values
        values.delete(oldest!)
      }
      return true
    }
  }
}
