/**
 * Reads a text in YAML or JSON within bounds: how deep it is nested, how many parts it has, and to how many values its aliases
 * unfold. Without them a small file could keep a program busy for hours, or make it use up its stack or its memory.
 */
import * as Result from "effect/Result"
import {
  Composer,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type ParsedNode
} from "yaml"

/** Far more than any settings need. */
export const bounds = { depth: 64, parts: 500_000, values: 100_000, aliases: 1_000 }

/** `what` completes a sentence that begins with the place. */
export interface Problem {
  readonly line: number
  readonly what: string
}

export interface Read {
  readonly data: unknown
  /** The line of a field, or of the nearest thing around it that is there. */
  readonly lineOf: (field: ReadonlyArray<PropertyKey>) => number
}

const lineOf = (document: Document, lines: LineCounter, field: ReadonlyArray<PropertyKey>): number => {
  let node: unknown = document.contents
  let offset = 0
  for (const part of field) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(part))
      if (isNode(pair?.key) && pair.key.range) offset = pair.key.range[0]
      node = pair?.value
    } else {
      node = isSeq(node) ? node.items[Number(part)] : undefined
      if (isNode(node) && node.range) offset = node.range[0]
    }
    if (!isNode(node)) break
  }
  return lines.linePos(offset).line
}

type Tokens = Parameters<Composer["compose"]>[0]

const tooDeep = `lists and mappings are nested more than ${bounds.depth} deep here`

/** What is nested too deep must be seen before it is composed, and while it is parsed: both take ever more time, or the stack. */
const parse = (text: string, lines: LineCounter): Result.Result<Tokens, Problem> => {
  const parser = new Parser(lines.addNewLine)
  const tokens = []
  let parts = 0
  lines.addNewLine(0)
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    const deep = parser.stack.length > bounds.depth
    if (deep || ++parts > bounds.parts) {
      const { line } = lines.linePos(parser.offset)
      return Result.fail({ line, what: deep ? tooDeep : `the file has more than ${bounds.parts} parts up to here` })
    }
  }
  tokens.push(...parser.end())
  return Result.succeed(tokens)
}

const compose = (tokens: Tokens, length: number, lines: LineCounter): Result.Result<Document.Parsed, Problem> => {
  const documents = []
  // Keys are compared with all others of their mapping, which takes too long here; `unfolded` does it at once.
  for (const document of new Composer({ uniqueKeys: false }).compose(tokens, true, length)) {
    if (documents.push(document) > 1) break
  }
  const [first, second] = documents
  const broken = first?.errors[0]
  const offset = broken?.pos[0] ?? second?.range[0]
  if (first !== undefined && offset === undefined) return Result.succeed(first)
  const { col, line } = lines.linePos(offset ?? 0)
  const code = broken?.code ?? "MULTIPLE_DOCS"
  return Result.fail({
    line,
    what: `this is neither YAML nor JSON: mend the file at column ${col} of this line (${code.toLowerCase()})`
  })
}

/** The first thing that is wrong with aliases and keys, if anything is; each node is looked at once. */
const problemOf = (root: ParsedNode | null): { readonly at: Node | undefined; readonly what: string } | undefined => {
  let found: { readonly at: Node | undefined; readonly what: string } | undefined
  let aliases = 0
  /** How many values a name stands for; `undefined` while they are counted. */
  const sizes = new Map<string, number | undefined>()

  const ofAlias = (node: Node, name: string): number => {
    if (++aliases > bounds.aliases) found ??= { at: node, what: `the file has more than ${bounds.aliases} aliases (*)` }
    if (!sizes.has(name)) found ??= { at: node, what: "an alias (*) here means nothing that stands before it" }
    const size = sizes.get(name)
    if (size === undefined) found ??= { at: node, what: "an alias (*) here means what it is a part of" }
    return size ?? 0
  }

  const ofItem = (item: unknown, keys: Set<unknown>): number => {
    if (!isPair(item)) return sizeOf(item)
    if (isScalar(item.key)) {
      if (keys.has(item.key.value)) found ??= { at: item.key, what: "a key here is there already" }
      keys.add(item.key.value)
    }
    return sizeOf(item.key) + sizeOf(item.value)
  }

  const sizeOf = (node: unknown): number => {
    if (found !== undefined || !isNode(node)) return 0
    if (isAlias(node)) return ofAlias(node, node.source)
    const { anchor } = node
    if (anchor !== undefined) sizes.set(anchor, undefined)
    const keys = new Set()
    let size = 1
    if (isCollection(node)) for (const item of node.items) size += ofItem(item, keys)
    if (size > bounds.values) {
      const what = `the file holds more than ${bounds.values} values, counting what its aliases (*) repeat`
      found ??= { at: node, what }
    }
    if (anchor !== undefined) sizes.set(anchor, size)
    return size
  }

  sizeOf(root)
  return found
}

export const read = (text: string): Result.Result<Read, Problem> => {
  const lines = new LineCounter()
  return Result.flatMap(parse(text, lines), (tokens) =>
    Result.flatMap(compose(tokens, text.length, lines), (document): Result.Result<Read, Problem> => {
      const problem = problemOf(document.contents)
      if (problem !== undefined) {
        const [offset = 0] = problem.at?.range ?? []
        return Result.fail({ line: lines.linePos(offset).line, what: problem.what })
      }
      return Result.succeed({
        data: document.toJS({ maxAliasCount: -1 }),
        lineOf: (field) => lineOf(document, lines, field)
      })
    })
  )
}
