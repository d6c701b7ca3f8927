/** The lists of the org. What is not here (users, queues, OAuth clients) has endpoints of its own. */
import type { ListSpec } from "./listSpec.ts"
import { outbound } from "./outboundSpecs.ts"
import { quality } from "./qualitySpecs.ts"

const org = {
  wrapUpCodes: {
    path: "/api/v2/routing/wrapupcodes",
    permissions: ["routing:wrapupCode:view"],
    paging: "number",
    base: 24,
    nouns: ["Sold", "Callback", "Complaint", "Wrong number", "Order", "Refund"],
    fields: ({ created, division, modified, name, user }) => ({
      name,
      division,
      dateCreated: created,
      dateModified: modified,
      createdBy: user(1),
      modifiedBy: user(2)
    })
  },
  skills: {
    path: "/api/v2/routing/skills",
    permissions: ["routing:skill:view"],
    paging: "number",
    base: 30,
    nouns: ["Billing", "Hardware", "Contracts", "VIP", "Returns"],
    fields: ({ modified, name, version }) => ({
      name,
      dateModified: modified,
      state: "active",
      version: String(version)
    })
  },
  languages: {
    path: "/api/v2/routing/languages",
    permissions: [],
    paging: "number",
    base: 12,
    nouns: ["English - Written", "English - Spoken", "German - Spoken", "French - Written"],
    fields: ({ modified, name, version }) => ({
      name,
      dateModified: modified,
      state: "active",
      version: String(version)
    })
  },
  divisions: {
    path: "/api/v2/authorization/divisions",
    permissions: [],
    paging: "number",
    base: 8,
    nouns: ["North", "South", "Retail", "Wholesale"],
    fields: ({ name, number }) => ({ name, description: `Division of ${name}`, homeDivision: number === 0 })
  },
  groups: {
    path: "/api/v2/groups",
    permissions: [],
    paging: "number",
    base: 40,
    nouns: ["Night shift", "First line", "Second line", "Trainees", "Coaches"],
    fields: ({ modified, name, pick, user, version }) => ({
      name,
      dateModified: modified,
      state: "active",
      version,
      type: pick(["official", "social"], 3),
      rulesVisible: true,
      visibility: pick(["public", "owners", "members"], 4),
      rolesEnabled: false,
      addresses: [{ address: "tel:+13175550100", mediaType: "PHONE", type: "GROUPRING" }],
      owners: [{ id: user(5) }]
    })
  },
  teams: {
    path: "/api/v2/teams",
    permissions: ["groups:team:view"],
    paging: "after",
    base: 110,
    nouns: ["Team Blue", "Team Red", "Team Green", "Team Gold"],
    fields: ({ created, division, modified, name }) => ({
      name,
      division,
      dateCreated: created,
      dateModified: modified
    })
  },
  presenceDefinitions: {
    path: "/api/v2/presence/definitions",
    permissions: ["presence:presenceDefinition:view"],
    paging: "whole",
    base: 14,
    nouns: ["Lunch", "Coaching", "Paperwork", "Back soon", "Focus"],
    fields: ({ name, number, pick }) => ({
      name,
      type: "User",
      languageLabels: { en_US: name },
      systemPresence: pick(["Available", "Away", "Break", "Busy", "Meal", "Training"], 6),
      divisionId: "*",
      deactivated: number % 7 === 6
    }),
    isHidden: ({ deactivated }) => deactivated === true
  },
  flows: {
    path: "/api/v2/flows",
    permissions: ["architect:flow:view"],
    paging: "number",
    base: 60,
    nouns: ["Main menu", "After hours", "Survey", "Payment", "Voicemail"],
    fields: ({ division, id, name, pick, user, version }) => ({
      name,
      division,
      type: pick(["INBOUNDCALL", "INBOUNDCHAT", "INBOUNDEMAIL", "INQUEUECALL", "WORKFLOW"], 7),
      active: true,
      system: false,
      deleted: false,
      publishedVersion: {
        id: `${version}.0`,
        name: `${version}.0`,
        selfUri: `/api/v2/flows/${id}/versions/${version}.0`
      },
      publishedBy: { id: user(8) }
    })
  },
  flowOutcomes: {
    path: "/api/v2/flows/outcomes",
    permissions: ["architect:flowOutcome:view"],
    paging: "number",
    base: 20,
    nouns: ["Paid", "Identified", "Booked", "Given up"],
    fields: ({ division, name }) => ({ name, division, description: `The caller: ${name}` })
  },
  roles: {
    path: "/api/v2/authorization/roles",
    permissions: ["authorization:role:view"],
    paging: "number",
    base: 25,
    nouns: ["Agent", "Supervisor", "Analyst", "Auditor", "Scheduler"],
    fields: ({ count, name, pick }) => ({
      name,
      description: `What a ${name} does`,
      permissions: [],
      permissionPolicies: [
        {
          domain: "routing",
          entityName: pick(["queue", "skill", "*"], 9),
          actionSet: ["view", "edit"],
          allowConditions: false
        }
      ],
      userCount: count(50, 10),
      base: false,
      default: false
    })
  },
  locations: {
    path: "/api/v2/locations",
    permissions: [],
    paging: "number",
    base: 9,
    nouns: ["Head office", "Warehouse", "Call center", "Shop"],
    fields: ({ name, pick, version }) => ({
      name,
      state: "active",
      version,
      address: {
        street1: "1 Main Street",
        city: pick(["Indianapolis", "Galway", "Berlin"], 11),
        country: "US",
        zipcode: "46204"
      },
      emergencyNumber: { e164: "+13175550199", type: "default" },
      path: []
    })
  },
  stations: {
    path: "/api/v2/stations",
    permissions: [],
    paging: "number",
    base: 130,
    nouns: ["Desk", "Softphone", "Booth"],
    fields: ({ name, pick, user }) => ({
      name,
      status: pick(["AVAILABLE", "ASSOCIATED"], 12),
      type: "inin_webrtc_softphone",
      webRtcUserId: user(13)
    })
  },
  schedules: {
    path: "/api/v2/architect/schedules",
    permissions: ["routing:schedule:view"],
    paging: "number",
    base: 18,
    nouns: ["Weekdays", "Saturday", "Holiday", "Summer"],
    fields: ({ created, division, modified, name, version }) => ({
      name,
      division,
      version,
      dateCreated: created,
      dateModified: modified,
      state: "active",
      start: "2026-01-05T08:00:00.000",
      end: "2026-01-05T17:00:00.000",
      rrule: "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR"
    })
  }
} as const satisfies Readonly<Record<string, ListSpec>>

/** What exports have no kind for, and read by its operation. */
const others = {
  skillGroups: {
    path: "/api/v2/routing/skillgroups",
    permissions: ["routing:skillGroup:view"],
    paging: "after",
    base: 12,
    nouns: ["Returns in German", "VIP hardware", "Contracts by phone"],
    fields: ({ created, division, modified, name }) => ({
      name,
      division,
      dateCreated: created,
      dateModified: modified
    })
  }
} as const satisfies Readonly<Record<string, ListSpec>>

export const specs = { ...org, ...quality, ...outbound, ...others }

export type SpecName = keyof typeof specs
