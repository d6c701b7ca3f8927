/** A named list: what it is called, which operation of Genesys lists it, and its columns. All else of its kind is made of that. */
import type { Environment } from "@effect-genesys/auth/Environment"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Route from "@effect-genesys/client/Route"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import type { Kind } from "../../../Kind.ts"
import type { Child, Main } from "../../../Layout.ts"
import * as ListSource from "../../../ListSource.ts"
import { fieldsOf } from "../fields.ts"

/**
 * How it is asked for its pages: by number, each of at most so many rows; by the address of the next one, or a cursor, with a first
 * page of so many (`pageSize` or `limit`); or not at all, because it comes as a whole.
 */
export type Paging = { readonly by: "number" | "pageSize" | "limit"; readonly size: number } | { readonly by: "none" }

interface Operation {
  /** Its name in the official SDK. */
  readonly operation: string
  readonly path: string
  readonly paging: Paging
  readonly params?: Readonly<Record<string, string>> | undefined
  /** One of them is enough; none is needed if there are none. */
  readonly permissions: ReadonlyArray<string>
  /** Fields that are never written down. */
  readonly omit?: ReadonlyArray<string> | undefined
}

export interface Given<Name extends string> extends Operation {
  /** Of the kind, its folder and its table: several words with `_`. */
  readonly name: Name
  /** One of them. */
  readonly one: string
  /** In a sentence, for whoever chooses. */
  readonly doc: string
  readonly columns: Main["columns"]
  readonly children?: ReadonlyArray<Child> | undefined
  /** Genesys lists some of them only with these parameters in place of `params`. */
  readonly apart?: ReadonlyArray<Readonly<Record<string, string>>> | undefined
  /** The list is that of each row of another one, whose id is in its path as `{id}`, and in its rows in this field. */
  readonly within?: (Operation & { readonly as: string; readonly key: string }) | undefined
}

const firstPage = ({ paging, params = {}, path }: Operation) => {
  const page: Record<string, string> =
    paging.by === "none"
      ? {}
      : paging.by === "number"
        ? { pageSize: String(paging.size), pageNumber: "1" }
        : { [paging.by]: String(paging.size) }
  return HttpClientRequest.get(path, { urlParams: { ...page, ...params } })
}

const styles = { number: undefined, none: undefined, pageSize: "nextUri", limit: "cursor" } as const

const askedOf = (operation: Operation, key = "id", path = operation.path): ListSource.Asked => ({
  request: firstPage({ ...operation, path }),
  route: operation.path,
  rows: "entities",
  paging: styles[operation.paging.by],
  key,
  omit: operation.omit
})

/** A kind with a descriptor, for whoever tells of it. */
export interface Named<Name extends string> extends Kind<{}, GenesysClient | Environment> {
  readonly layout: ListSource.WholeLayout & { readonly name: Name }
  readonly given: Given<Name>
  readonly settings: () => {}
}

export const named = <const Name extends string>(given: Given<Name>): Named<Name> => {
  const { apart, children, columns, name, one, permissions, within } = given
  const isWithin = within !== undefined
  const layout = {
    name,
    by: "whole",
    key: isWithin ? "_key" : "id",
    keyOf: isWithin ? [within.as, within.key] : undefined,
    one,
    deletions: true,
    fields: {
      ...(isWithin ? { _key: Schema.String, [within.as]: Schema.String } : { id: Schema.String }),
      ...fieldsOf(columns, children)
    },
    table: {
      key: isWithin ? "key" : "id",
      columns,
      // Of which one of the outer list it is.
      indexes: Object.entries(columns).flatMap(([column, { from }]) => (from === within?.as ? [[column]] : [])),
      ...(children === undefined ? {} : { children })
    }
  } as const satisfies ListSource.WholeLayout
  // There may be none of these, and more is not said of it; the list itself is not empty.
  const apartOf = (params: Operation["params"]) => ({ ...askedOf({ ...given, params }), mayBeEmpty: true })
  const wanted: ListSource.Wanted = isWithin
    ? {
        asked: askedOf(within),
        within: { as: within.as, asked: (id) => askedOf(given, within.key, Route.path(given.path, { id })) },
        permissions
      }
    : { asked: askedOf(given), apart: apart?.map(apartOf), permissions }
  return {
    layout,
    given,
    measure: () => ListSource.measure(layout),
    source: () => ListSource.make(layout, Effect.succeed(wanted)),
    settings: () => ({})
  }
}
