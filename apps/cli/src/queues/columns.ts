/** What people look at in a queue, and in a member of one. */
export const columns = ["id", "name", "division.name", "memberCount"]
export const memberColumns = ["id", "name", "joined", "ringNumber", "user.email"]
