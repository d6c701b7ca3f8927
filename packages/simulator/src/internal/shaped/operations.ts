/**
 * All operations by what becomes of a call of them: the simulator imitates it, or it only gives its answer the right shape, or, without
 * `allOperations`, it does not know it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { OperationsView } from "../../api/OperationsApi.ts"
import { Settings } from "../shared/settings.ts"
import * as Imitated from "./imitated.ts"
import * as SdkIndex from "./sdkIndex.ts"

export interface Known {
  readonly index: SdkIndex.SdkIndex
  readonly imitated: ReadonlySet<string>
}

const byPath = (one: Imitated.Endpoint, other: Imitated.Endpoint) =>
  `${one.path} ${one.method}` < `${other.path} ${other.method}` ? -1 : 1

/** @param index none if the SDK is not read: only what is imitated is known then, and not under which names */
export const viewOf = (index: SdkIndex.SdkIndex | undefined): OperationsView => {
  const endpoints = Imitated.endpoints().toSorted(byPath)
  if (index === undefined) return { imitated: endpoints, shaped: [] }
  const keys = new Set(endpoints.map(({ method, path }) => SdkIndex.keyOf(method, path)))
  const all = index.operations.map(({ method, names, path }) => ({ method, path, names })).toSorted(byPath)
  const known = new Set(all.map(({ method, path }) => SdkIndex.keyOf(method, path)))
  const isImitated = ({ method, path }: Imitated.Endpoint) => keys.has(SdkIndex.keyOf(method, path))
  const beside = endpoints.filter(({ method, path }) => !known.has(SdkIndex.keyOf(method, path)))
  return {
    sdk: index.version,
    imitated: [...all.filter(isImitated), ...beside].toSorted(byPath),
    shaped: all.filter((operation) => !isImitated(operation))
  }
}

export class Operations extends Context.Service<
  Operations,
  {
    /** None without `allOperations`. */
    readonly index: SdkIndex.SdkIndex | undefined
    readonly view: () => OperationsView
  }
>()("@effect-genesys/simulator/internal/Operations") {
  /** Reads the SDK, if it shall. An SDK that cannot be read is a defect: `AllOperations.check` says so before. */
  static readonly layer = Layer.effect(
    Operations,
    Effect.map(Settings, ({ allOperations }) => {
      const index = allOperations ? SdkIndex.load() : undefined
      return Operations.of({ index, view: () => viewOf(index) })
    })
  )
}
