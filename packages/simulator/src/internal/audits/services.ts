/** What is logged by which service, of which lists of the org. */
import type { SpecName } from "../lists/specs.ts"

export interface Logged {
  readonly serviceName: string
  readonly entityType: string
}

/** Changes of these lists are in the log. */
export const lists = {
  wrapUpCodes: { serviceName: "Routing", entityType: "WrapupCode" },
  skills: { serviceName: "Routing", entityType: "Skill" },
  languages: { serviceName: "Routing", entityType: "Language" },
  divisions: { serviceName: "PeoplePermissions", entityType: "Division" },
  roles: { serviceName: "PeoplePermissions", entityType: "Role" },
  groups: { serviceName: "Groups", entityType: "DirectoryGroup" },
  presenceDefinitions: { serviceName: "Presence", entityType: "PresenceDefinition" },
  flows: { serviceName: "Architect", entityType: "Flow" },
  flowOutcomes: { serviceName: "Architect", entityType: "FlowOutcome" },
  schedules: { serviceName: "Architect", entityType: "Schedule" },
  locations: { serviceName: "Directory", entityType: "Location" },
  stations: { serviceName: "Telephony", entityType: "Station" },
  evaluationForms: { serviceName: "Quality", entityType: "EvaluationForm" },
  surveyForms: { serviceName: "Quality", entityType: "SurveyForm" },
  campaigns: { serviceName: "Outbound", entityType: "Campaign" },
  contactLists: { serviceName: "Outbound", entityType: "ContactList" },
  businessUnits: { serviceName: "WorkforceManagement", entityType: "BusinessUnit" },
  managementUnits: { serviceName: "WorkforceManagement", entityType: "ManagementUnit" }
} as const satisfies Partial<Readonly<Record<SpecName, Logged>>>

/** What people do all the time. */
export const habits = [
  { serviceName: "Routing", entityType: "Queue", action: "Update" },
  { serviceName: "Routing", entityType: "Queue", action: "MemberAdd" },
  { serviceName: "PeoplePermissions", entityType: "User", action: "Update" },
  { serviceName: "PeoplePermissions", entityType: "AccessToken", action: "Create" },
  { serviceName: "AnalyticsReporting", entityType: "Exports", action: "Create" },
  { serviceName: "Quality", entityType: "Recording", action: "View" }
] as const

const actions = ["Create", "Update", "Delete"] as const

/** By the name of the service, and the type of the entity. */
const known = new Map<string, Map<string, Set<string>>>()
const note = (serviceName: string, entityType: string, done: ReadonlyArray<string>) => {
  const types = known.get(serviceName) ?? new Map<string, Set<string>>()
  known.set(serviceName, types)
  const all = types.get(entityType) ?? new Set<string>()
  types.set(entityType, all)
  for (const action of done) all.add(action)
}
for (const { entityType, serviceName } of Object.values(lists)) note(serviceName, entityType, actions)
for (const { action, entityType, serviceName } of habits) note(serviceName, entityType, [action])

/** These are answered at once; which ones Genesys has there differs. */
const realtime = new Set(["Architect", "Groups", "Outbound", "PeoplePermissions", "Routing"])

const mappingOf = (isMeant: (name: string) => boolean) => ({
  services: Array.from(known)
    .filter(([name]) => isMeant(name))
    .map(([name, types]) => ({
      name,
      entities: Array.from(types, ([type, done]) => ({ name: type, actions: [...done] }))
    }))
})

export const mapping = mappingOf(() => true)
export const realtimeMapping = mappingOf((name) => realtime.has(name))
