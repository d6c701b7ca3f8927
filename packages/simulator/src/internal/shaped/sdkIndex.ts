/**
 * All operations of the installed SDK with what they take and answer, each once, and the models. It is read when it is first needed, and
 * kept: 6.5 MB of text become a few thousand small values, and all simulators of a program share them.
 */
import type { Place } from "./sdkCode.ts"
import * as Code from "./sdkCode.ts"
import * as Declarations from "./sdkDeclarations.ts"
import * as Files from "./sdkFiles.ts"
import type { Models, Type } from "./sdkTypes.ts"

export interface Parameter {
  readonly name: string
  readonly type: Type
  readonly required: boolean
}

export interface Operation {
  /** `UsersApi.getUser`; of one that is in several classes, the first. */
  readonly name: string
  /** Every class that has it, by the name it has there. */
  readonly names: ReadonlyArray<string>
  readonly method: string
  readonly path: string
  readonly query: ReadonlyArray<Parameter>
  readonly headers: ReadonlyArray<Parameter>
  readonly body: Parameter | undefined
  readonly accept: string
  readonly answer: Type
}

export interface SdkIndex {
  readonly version: string
  readonly operations: ReadonlyArray<Operation>
  readonly models: Models
}

/** The same for two that differ in the names of their ids alone. */
export const keyOf = (method: string, path: string): string => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`

/** @throws MissingSdkError */
export const read = ({ code, declarations, version }: ReturnType<typeof Files.read>): SdkIndex => {
  const { models, signatures } = Declarations.read(declarations)
  const byKey = new Map<string, Operation>()
  for (const { accept, body, headers, method, name, path, query } of Code.read(code)) {
    const signature = signatures.get(name)
    if (signature === undefined) throw Files.unreadable(`its declarations have no ${name}`)
    const parameter = ({ isArgument, name: own, sentAs }: Place): Parameter => {
      const type = (isArgument ? signature.arguments : signature.options).get(own)
      if (type === undefined) throw Files.unreadable(`its declarations have no ${own} of ${name}`)
      return { name: sentAs, type, required: isArgument }
    }
    const key = keyOf(method, path)
    const same = byKey.get(key)
    byKey.set(
      key,
      same === undefined
        ? {
            name,
            names: [name],
            method,
            path,
            query: query.map(parameter),
            headers: headers.map(parameter),
            body: body === undefined ? undefined : parameter(body),
            accept,
            answer: signature.answer
          }
        : { ...same, names: [...same.names, name] }
    )
  }
  return { version, models, operations: [...byKey.values()] }
}

let kept: SdkIndex | undefined

/** @throws MissingSdkError */
export const load = (): SdkIndex => (kept ??= read(Files.read(Files.find())))
