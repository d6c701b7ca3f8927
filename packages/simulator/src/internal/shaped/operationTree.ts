/**
 * Which operation a request means: where a part of a path may be a word of it or an id, the word counts, as Genesys has it.
 */
export interface Found<A> {
  readonly value: A
  /** By their names, decoded. */
  readonly ids: Readonly<Record<string, string>>
}

export interface OperationTree<A> {
  readonly add: (method: string, path: string, value: A) => void
  /** Undefined if there is no such operation. @throws URIError for what cannot be decoded */
  readonly find: (method: string, path: string) => Found<A> | undefined
}

interface End<A> {
  readonly value: A
  readonly names: ReadonlyArray<string>
}

interface Node<A> {
  readonly words: Map<string, Node<A>>
  id: Node<A> | undefined
  readonly ends: Map<string, End<A>>
}

const node = <A>(): Node<A> => ({ words: new Map(), id: undefined, ends: new Map() })
const nameOf = (part: string) => /^\{(.*)\}$|^:(.*)$/.exec(part)?.slice(1).join("")

const search = <A>(
  at: Node<A>,
  method: string,
  [part, ...rest]: ReadonlyArray<string>,
  ids: ReadonlyArray<string>
): (End<A> & { readonly ids: ReadonlyArray<string> }) | undefined => {
  if (part === undefined) {
    const end = at.ends.get(method)
    return end === undefined ? undefined : { ...end, ids: ids.map((id) => decodeURIComponent(id)) }
  }
  const word = at.words.get(part)
  const found = word === undefined ? undefined : search(word, method, rest, ids)
  if (found !== undefined || at.id === undefined || part === "") return found
  return search(at.id, method, rest, [...ids, part])
}

/** Of paths with ids as `{id}` or as `:id`. Of two with the same method and the same path, the one that was added first stays. */
export const make = <A>(): OperationTree<A> => {
  const root = node<A>()

  return {
    add: (method, path, value) => {
      const names: Array<string> = []
      let at = root
      for (const part of path.split("/")) {
        const name = nameOf(part)
        if (name === undefined) {
          const word = at.words.get(part) ?? node<A>()
          at.words.set(part, word)
          at = word
        } else {
          names.push(name)
          at = at.id ??= node<A>()
        }
      }
      if (!at.ends.has(method)) at.ends.set(method, { value, names })
    },
    find: (method, path) => {
      const found = search(root, method, path.split("/"), [])
      if (found === undefined) return undefined
      const ids = Object.fromEntries(found.names.map((name, index) => [name, found.ids[index] ?? ""]))
      return { value: found.value, ids }
    }
  }
}
