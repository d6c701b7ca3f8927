/**
 * The last so many of a series of things, so that memory stays bounded however long a simulator runs.
 */
export interface Ring<A> {
  readonly add: (item: A) => void
  /** Oldest first. */
  readonly read: () => Array<A>
  readonly clear: () => void
}

export const make = <A>(size: number): Ring<A> => {
  const items: Array<A> = []
  let added = 0
  return {
    add: (item) => {
      if (size > 0) items[added % size] = item
      added++
    },
    read: () => {
      const oldest = items.length < size || size === 0 ? 0 : added % size
      return items.slice(oldest).concat(items.slice(0, oldest))
    },
    clear: () => {
      items.length = 0
      added = 0
    }
  }
}
