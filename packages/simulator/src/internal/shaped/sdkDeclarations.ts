/**
 * The SDK's declarations, line by line, as its generator writes them: the models, and what each operation takes and answers. A line that
 * is not understood is an error: a field that is passed over would be missing in every answer.
 */
import { unreadable } from "./sdkFiles.ts"
import { type Field, type Models, reader, type Type } from "./sdkTypes.ts"

export interface Signature {
  /** By name; all of them are needed. */
  readonly arguments: ReadonlyMap<string, Type>
  /** The fields of its options. */
  readonly options: ReadonlyMap<string, Type>
  readonly answer: Type
}

export interface Declarations {
  readonly models: Models
  /** By `UsersApi.getUser`. */
  readonly signatures: ReadonlyMap<string, Signature>
}

const opening = /^declare (class|namespace) (\w+Api|Models) \{ *$/
const operation = /^\s+(\w+)\((.*)\): Promise<(.*)>;$/
const argument = /^(\w+): (.*)$/
const field = /^\t\t"([^"]+)"(\??): (.*);$/
const interfaceOf = /^\texport interface (\w+) \{ *$/
/** The one option that is no parameter of the operation. */
const headers = "customHeaders"

/** `a: string, b: { [key: string]: object; }, opts?: X`: no type has a comma of its own. */
const argumentsOf = (text: string, typeOf: (text: string) => Type) => {
  const found = new Map<string, Type>()
  for (const part of text.split(", ")) {
    if (part === "" || part.startsWith("opts?: ")) continue
    const [, name, type] = argument.exec(part) ?? []
    if (name === undefined || type === undefined) throw unreadable(`it has an argument ${part.slice(0, 100)}`)
    found.set(name, typeOf(type))
  }
  return found
}

const typesOf = (fields: ReadonlyArray<Field> = []) => new Map(fields.map(({ name, type }) => [name, type]))

type Fields = Map<string, ReadonlyArray<Field>>

/** @throws MissingSdkError */
export const read = (text: string): Declarations => {
  const typeOf = reader()
  const models: Fields = new Map()
  const options: Fields = new Map()
  const methods = new Map<string, Omit<Signature, "options">>()
  let block: { readonly kind: string; readonly name: string } | undefined
  let fields: Array<Field> | undefined

  const inClass = (line: string, api: string) => {
    const [, name = "", list = "", answer] = operation.exec(line) ?? []
    if (answer === undefined) return line.startsWith("\tconstructor(")
    methods.set(`${api}.${name}`, { arguments: argumentsOf(list, typeOf), answer: typeOf(answer) })
    return true
  }
  const inInterface = (line: string, into: Array<Field>) => {
    const [, name = "", optional, type] = field.exec(line) ?? []
    if (type === undefined) return false
    if (name !== headers) into.push({ name, type: typeOf(type), required: optional === "" })
    return true
  }
  const inNamespace = (line: string, space: string) => {
    const name = interfaceOf.exec(line)?.[1]
    if (name === undefined) return false
    fields = []
    if (space === "Models") models.set(name, fields)
    else options.set(`${space}.${name}`, fields)
    return true
  }

  for (const [index, line] of text.split("\n").entries()) {
    const [, kind, name] = opening.exec(line) ?? []
    if (kind !== undefined && name !== undefined) block = { kind, name }
    else if (line.startsWith("}")) block = undefined
    if (block === undefined || kind !== undefined || line.trim() === "") continue
    if (line.trimEnd() === "\t}") {
      fields = undefined
      continue
    }
    const understood =
      fields !== undefined
        ? inInterface(line, fields)
        : block.kind === "class"
          ? inClass(line, block.name)
          : inNamespace(line, block.name)
    if (!understood) throw unreadable(`line ${index + 1} of its declarations is ${line.trim().slice(0, 100)}`)
  }

  return {
    models,
    signatures: new Map(
      Array.from(methods, ([name, method]) => [name, { ...method, options: typesOf(options.get(`${name}Options`)) }])
    )
  }
}
