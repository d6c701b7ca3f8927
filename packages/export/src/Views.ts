/**
 * Views over the tables of conversations and of what users were up to: names beside the ids, and measures by Genesys' definitions, in half
 * hours and days. They have the same columns and rows in PostgreSQL, where the sink makes them, and over files, where `FilesQuery` does.
 */
import { viewsIn } from "./internal/views/all.ts"
import type { View } from "./internal/views/view.ts"

/** What a view is. */
export type { Expression, View } from "./internal/views/view.ts"

/** Each after those that it reads, with the days of UTC. */
export const all: ReadonlyArray<View> = viewsIn("'UTC'")

/** No table of a kind has a name of theirs. */
export const names: ReadonlyArray<string> = all.map(({ name }) => name)
