/** The lists that have a kind of their own, by its name. A new one is a descriptor, and a line here. */
import * as Architect from "./architect.ts"
import * as Outbound from "./outbound.ts"
import * as People from "./people.ts"
import * as Routing from "./routing.ts"

export type { Named } from "./named.ts"

export const named = {
  queues: Routing.queues,
  queue_members: Routing.queueMembers,
  wrap_up_codes: Routing.wrapUpCodes,
  skills: Routing.skills,
  languages: Routing.languages,
  divisions: People.divisions,
  groups: People.groups,
  group_members: People.groupMembers,
  teams: People.teams,
  team_members: People.teamMembers,
  presence_definitions: People.presenceDefinitions,
  flows: Architect.flows,
  flow_outcomes: Architect.flowOutcomes,
  roles: People.roles,
  locations: People.locations,
  stations: People.stations,
  oauth_clients: People.oauthClients,
  schedules: Architect.schedules,
  evaluation_forms: Architect.evaluationForms,
  survey_forms: Architect.surveyForms,
  campaigns: Outbound.campaigns,
  contact_lists: Outbound.contactLists,
  external_contacts: Outbound.externalContacts,
  external_organizations: Outbound.externalOrganizations,
  business_units: Architect.businessUnits,
  management_units: Architect.managementUnits
}
