/** Campaigns and what they call, external contacts and their organizations. */
import type { ListSpec } from "./listSpec.ts"

export const outbound = {
  campaigns: {
    path: "/api/v2/outbound/campaigns",
    permissions: ["outbound:campaign:view"],
    paging: "number",
    maxPageSize: 100,
    base: 16,
    nouns: ["Spring", "Renewals", "Win back"],
    fields: ({ created, division, modified, name, of, pick, version }) => ({
      name,
      division,
      dateCreated: created,
      dateModified: modified,
      version,
      contactList: { id: of("contactLists", 15) },
      dialingMode: pick(["preview", "predictive", "progressive"], 16),
      campaignStatus: pick(["on", "off", "complete"], 17),
      phoneColumns: [{ columnName: "Phone", type: "Home" }],
      callerName: "Your Company",
      callerAddress: "+13175550100",
      abandonRate: 3.5,
      noAnswerTimeout: 30,
      priority: 3,
      alwaysRunning: false
    })
  },
  contactLists: {
    path: "/api/v2/outbound/contactlists",
    permissions: ["outbound:contactList:view"],
    paging: "number",
    maxPageSize: 100,
    base: 15,
    nouns: ["Leads", "Customers", "Members"],
    fields: ({ created, division, modified, name, version }) => ({
      name,
      division,
      dateCreated: created,
      dateModified: modified,
      version,
      columnNames: ["Name", "Phone", "Zip"],
      phoneColumns: [{ columnName: "Phone", type: "Home" }],
      automaticTimeZoneMapping: false
    })
  },
  externalContacts: {
    path: "/api/v2/externalcontacts/scan/contacts",
    permissions: ["externalContacts:contact:view", "relate:contact:view"],
    paging: "cursor",
    maxPageSize: 200,
    base: 450,
    nouns: ["Alex Kim", "Sam Lee", "Kim Park", "Jo March"],
    fields: ({ created, division, modified, name, of }) => {
      const [firstName = "", ...rest] = name.split(" ")
      return {
        firstName,
        lastName: rest.join(" "),
        division,
        type: "Curated",
        workEmail: `${name.toLowerCase().replaceAll(/\W+/g, ".")}@example.com`,
        workPhone: { display: "+1 317 555 0101", e164: "+13175550101" },
        externalOrganization: { id: of("externalOrganizations", 18) },
        surveyOptOut: false,
        createDate: created,
        modifyDate: modified
      }
    }
  },
  externalOrganizations: {
    path: "/api/v2/externalcontacts/scan/organizations",
    permissions: ["externalContacts:externalOrganization:view", "relate:externalOrganization:view"],
    paging: "cursor",
    maxPageSize: 200,
    base: 35,
    nouns: ["Acme", "Globex", "Initech", "Umbrella"],
    fields: ({ count, created, division, modified, name }) => ({
      name,
      division,
      companyType: "Customer",
      industry: "Trade",
      address: { city: "Springfield", countryCode: "US" },
      employeeCount: count(5_000, 19),
      tags: [],
      websites: ["https://example.com"],
      createDate: created,
      modifyDate: modified
    })
  }
} as const satisfies Readonly<Record<string, ListSpec>>
