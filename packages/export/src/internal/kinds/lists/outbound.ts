/** Whom one calls, and who calls: campaigns, contact lists, external contacts and their organizations. */
import * as Column from "../../../Column.ts"
import { named } from "./named.ts"
import { dateCreated, dateModified, division, name } from "./shared.ts"

export const campaigns = named({
  name: "campaigns",
  one: "campaign",
  doc: "Outbound campaigns",
  operation: "getOutboundCampaigns",
  path: "/api/v2/outbound/campaigns",
  paging: { by: "number", size: 100 },
  permissions: ["outbound:campaign:view"],
  columns: {
    name,
    ...division,
    date_created: dateCreated,
    date_modified: dateModified,
    dialing_mode: Column.text("dialingMode", "Such as preview, predictive or agentless"),
    campaign_status: Column.text("campaignStatus", "on, stopping, off, complete or invalid"),
    contact_list_id: Column.text(["contactList", "id"]),
    queue_id: Column.text(["queue", "id"]),
    script_id: Column.text(["script", "id"]),
    site_id: Column.text(["site", "id"]),
    caller_name: Column.text("callerName"),
    caller_address: Column.text("callerAddress"),
    abandon_rate: Column.number("abandonRate", "Per cent of answered calls that may be given up"),
    no_answer_timeout: Column.number("noAnswerTimeout", "Seconds"),
    priority: Column.number("priority", "1 to 5, the highest"),
    always_running: Column.flag("alwaysRunning"),
    version: Column.number("version", "Counts the changes")
  }
})

export const contactLists = named({
  name: "contact_lists",
  one: "contact_list",
  doc: "Contact lists of outbound campaigns, without the contacts in them",
  operation: "getOutboundContactlists",
  path: "/api/v2/outbound/contactlists",
  paging: { by: "number", size: 100 },
  permissions: ["outbound:contactList:view"],
  columns: {
    name,
    ...division,
    date_created: dateCreated,
    date_modified: dateModified,
    column_names: Column.texts("columnNames"),
    time_zone: Column.text("timeZone"),
    automatic_time_zone_mapping: Column.flag("automaticTimeZoneMapping"),
    date_expiration: Column.moment("dateExpiration"),
    version: Column.number("version", "Counts the changes")
  },
  children: [
    {
      name: "contact_list_phone_columns",
      from: "phoneColumns",
      place: "phone_column",
      columns: {
        column_name: Column.text("columnName"),
        type: Column.text("type", "Such as home or work"),
        callable_time_column: Column.text("callableTimeColumn")
      }
    }
  ]
})

export const externalContacts = named({
  name: "external_contacts",
  one: "external_contact",
  doc: "External contacts, read by a scan",
  operation: "getExternalcontactsScanContacts",
  path: "/api/v2/externalcontacts/scan/contacts",
  paging: { by: "limit", size: 200 },
  permissions: ["externalContacts:contact:view", "relate:contact:view"],
  columns: {
    first_name: Column.text("firstName"),
    middle_name: Column.text("middleName"),
    last_name: Column.text("lastName"),
    title: Column.text("title"),
    ...division,
    type: Column.text("type", "Such as Curated or Ephemeral"),
    work_email: Column.text("workEmail"),
    personal_email: Column.text("personalEmail"),
    work_phone: Column.text(["workPhone", "e164"]),
    cell_phone: Column.text(["cellPhone", "e164"]),
    home_phone: Column.text(["homePhone", "e164"]),
    organization_id: Column.text(["externalOrganization", "id"]),
    survey_opt_out: Column.flag("surveyOptOut"),
    create_date: Column.moment("createDate"),
    modify_date: Column.moment("modifyDate")
  }
})

export const externalOrganizations = named({
  name: "external_organizations",
  one: "external_organization",
  doc: "External organizations, read by a scan",
  operation: "getExternalcontactsScanOrganizations",
  path: "/api/v2/externalcontacts/scan/organizations",
  paging: { by: "limit", size: 200 },
  permissions: ["externalContacts:externalOrganization:view", "relate:externalOrganization:view"],
  columns: {
    name,
    ...division,
    company_type: Column.text("companyType"),
    industry: Column.text("industry"),
    phone: Column.text(["phoneNumber", "e164"]),
    city: Column.text(["address", "city"]),
    employee_count: Column.number("employeeCount"),
    revenue: Column.number("revenue"),
    tags: Column.texts("tags"),
    websites: Column.texts("websites"),
    create_date: Column.moment("createDate"),
    modify_date: Column.moment("modifyDate")
  }
})
