/** All views, each after those that it reads. */
import { measures } from "./measures.ts"
import { named } from "./named.ts"
import { statuses } from "./statuses.ts"
import type { View } from "./view.ts"

/** @param zone an expression that is the name of the time zone of days */
export const viewsIn = (zone: string): ReadonlyArray<View> => [...named, ...measures(zone), ...statuses(zone)]
