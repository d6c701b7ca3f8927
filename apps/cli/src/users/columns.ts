/** What people look at in a user. */
export const columns = ["id", "name", "email", "state", "department", "title", "division.name"]
