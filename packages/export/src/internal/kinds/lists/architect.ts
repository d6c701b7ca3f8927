/** What conversations go through, and when: flows, their outcomes, schedules; the forms that they are judged by; the units that plan for them. */
import * as Column from "../../../Column.ts"
import { named } from "./named.ts"
import { dateCreated, dateModified, description, division, name } from "./shared.ts"

export const flows = named({
  name: "flows",
  one: "flow",
  doc: "Architect flows",
  operation: "getFlows",
  path: "/api/v2/flows",
  paging: { by: "number", size: 100 },
  permissions: ["architect:flow:view"],
  columns: {
    name,
    ...division,
    description,
    type: Column.text("type", "Such as INBOUNDCALL"),
    active: Column.flag("active"),
    system: Column.flag("system"),
    deleted: Column.flag("deleted"),
    published_version: Column.text(["publishedVersion", "id"]),
    saved_version: Column.text(["savedVersion", "id"]),
    published_by: Column.text(["publishedBy", "id"])
  }
})

export const flowOutcomes = named({
  name: "flow_outcomes",
  one: "flow_outcome",
  doc: "Flow outcomes",
  operation: "getFlowsOutcomes",
  path: "/api/v2/flows/outcomes",
  paging: { by: "number", size: 100 },
  permissions: ["architect:flowOutcome:view"],
  columns: { name, ...division, description }
})

export const schedules = named({
  name: "schedules",
  one: "schedule",
  doc: "Architect schedules",
  operation: "getArchitectSchedules",
  path: "/api/v2/architect/schedules",
  paging: { by: "number", size: 100 },
  permissions: ["routing:schedule:view"],
  columns: {
    name,
    ...division,
    description,
    // Without a zone: the schedule group has it.
    starts: Column.text("start", "Local time, such as 2026-11-01T08:00:00.000"),
    ends: Column.text("end", "Local time, such as 2026-11-01T17:00:00.000"),
    rrule: Column.text("rrule", "When it comes again (RFC 5545)"),
    state: Column.text("state", "active, inactive or deleted"),
    date_created: dateCreated,
    date_modified: dateModified,
    version: Column.number("version", "Counts the changes")
  }
})

const form = {
  name,
  ...division,
  context_id: Column.text("contextId", "The same for all versions of it"),
  modified_date: Column.moment("modifiedDate"),
  published: Column.flag("published")
}

export const evaluationForms = named({
  name: "evaluation_forms",
  one: "evaluation_form",
  doc: "Evaluation forms, in their latest version",
  operation: "getQualityFormsEvaluations",
  path: "/api/v2/quality/forms/evaluations",
  paging: { by: "number", size: 100 },
  permissions: ["quality:evaluationForm:view"],
  columns: { ...form, weight_mode: Column.text("weightMode") }
})

export const surveyForms = named({
  name: "survey_forms",
  one: "survey_form",
  doc: "Survey forms, in their latest version",
  operation: "getQualityFormsSurveys",
  path: "/api/v2/quality/forms/surveys",
  paging: { by: "number", size: 100 },
  permissions: ["quality:surveyForm:view"],
  columns: { ...form, disabled: Column.flag("disabled"), language: Column.text("language") }
})

export const businessUnits = named({
  name: "business_units",
  one: "business_unit",
  doc: "Business units of workforce management",
  operation: "getWorkforcemanagementBusinessunits",
  path: "/api/v2/workforcemanagement/businessunits",
  paging: { by: "none" },
  permissions: [],
  columns: { name, division_id: Column.text(["division", "id"]), authorized: Column.flag("authorized") }
})

export const managementUnits = named({
  name: "management_units",
  one: "management_unit",
  doc: "Management units of workforce management",
  operation: "getWorkforcemanagementManagementunits",
  path: "/api/v2/workforcemanagement/managementunits",
  paging: { by: "none" },
  permissions: [],
  columns: {
    name,
    division_id: Column.text(["division", "id"]),
    business_unit_id: Column.text(["businessUnit", "id"]),
    start_day_of_week: Column.text("startDayOfWeek", "Such as Monday"),
    time_zone: Column.text("timeZone", "Such as Europe/Berlin"),
    date_modified: dateModified,
    version: Column.number("version", "Counts the changes")
  }
})
