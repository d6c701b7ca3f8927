/** The lists that have a kind of their own, by name: for whoever needs no more of them, and would not load the rest. */
export const listNames = [
  "queues",
  "queue_members",
  "wrap_up_codes",
  "skills",
  "languages",
  "divisions",
  "groups",
  "group_members",
  "teams",
  "team_members",
  "presence_definitions",
  "flows",
  "flow_outcomes",
  "roles",
  "locations",
  "stations",
  "oauth_clients",
  "schedules",
  "evaluation_forms",
  "survey_forms",
  "campaigns",
  "contact_lists",
  "external_contacts",
  "external_organizations",
  "business_units",
  "management_units"
] as const

/** The name of a list that has a kind of its own, such as `queues`. */
export type ListName = (typeof listNames)[number]
