/**
 * Views over the tables of conversations: names beside the ids, and measures by Genesys' definitions. They have the same columns and
 * rows in PostgreSQL, where the sink makes them, and over files, where `FilesQuery` does.
 */
import { measures } from "./internal/views/measures.ts"
import { named } from "./internal/views/named.ts"
import type { View } from "./internal/views/view.ts"

/** What a view is. */
export type { Expression, View } from "./internal/views/view.ts"

/** Each after those that it reads. */
export const all: ReadonlyArray<View> = [...named, ...measures]

/** No table of a kind has a name of theirs. */
export const names: ReadonlyArray<string> = all.map(({ name }) => name)
