/** Columns that many lists have. */
import * as Column from "../../../Column.ts"

export const name = Column.text("name")
export const description = Column.text("description")
export const dateModified = Column.moment("dateModified")
export const dateCreated = Column.moment("dateCreated")
export const division = {
  division_id: Column.text(["division", "id"]),
  division_name: Column.text(["division", "name"])
}
