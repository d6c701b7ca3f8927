/** Forms, and the units of workforce management. */
import type { ListSpec, Making } from "./listSpec.ts"

const form = ({ division, id, modified, name }: Making) => ({
  name,
  division,
  modifiedDate: modified,
  published: true,
  contextId: id,
  questionGroups: []
})

export const quality = {
  evaluationForms: {
    path: "/api/v2/quality/forms/evaluations",
    permissions: ["quality:evaluationForm:view"],
    paging: "number",
    base: 11,
    nouns: ["Call quality", "Mail quality", "Compliance"],
    fields: (making) => ({ ...form(making), weightMode: "OFF" })
  },
  surveyForms: {
    path: "/api/v2/quality/forms/surveys",
    permissions: ["quality:surveyForm:view"],
    paging: "number",
    base: 7,
    nouns: ["Satisfaction", "Recommendation"],
    fields: (making) => ({ ...form(making), disabled: false, language: "en-US" })
  },
  businessUnits: {
    path: "/api/v2/workforcemanagement/businessunits",
    permissions: [],
    paging: "bare",
    base: 4,
    nouns: ["Customer service", "Back office"],
    fields: ({ division, name }) => ({ name, authorized: true, division })
  },
  managementUnits: {
    path: "/api/v2/workforcemanagement/managementunits",
    permissions: [],
    paging: "whole",
    base: 10,
    nouns: ["Early", "Late", "Part time"],
    fields: ({ division, modified, name, of, version }) => ({
      name,
      businessUnit: { id: of("businessUnits", 14) },
      startDayOfWeek: "Monday",
      timeZone: "Europe/Berlin",
      division,
      version,
      dateModified: modified
    })
  }
} as const satisfies Readonly<Record<string, ListSpec>>
