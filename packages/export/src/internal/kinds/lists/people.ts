/** Who there is and what they may do: divisions, groups, teams and their members, presence definitions, roles, locations, stations, OAuth clients. */
import * as Column from "../../../Column.ts"
import { named } from "./named.ts"
import { dateCreated, dateModified, description, division, name } from "./shared.ts"

export const divisions = named({
  name: "divisions",
  one: "division",
  doc: "Divisions",
  operation: "getAuthorizationDivisions",
  path: "/api/v2/authorization/divisions",
  paging: { by: "number", size: 100 },
  permissions: [],
  columns: { name, description, home_division: Column.flag("homeDivision", "Of what has no other") }
})

const groupsOperation = {
  operation: "getGroups",
  path: "/api/v2/groups",
  paging: { by: "number", size: 100 },
  permissions: []
} as const

export const groups = named({
  name: "groups",
  one: "group",
  doc: "Groups",
  ...groupsOperation,
  columns: {
    name,
    description,
    date_modified: dateModified,
    member_count: Column.number("memberCount"),
    state: Column.text("state", "active, inactive or deleted"),
    type: Column.text("type", "official or social"),
    visibility: Column.text("visibility", "public, owners or members"),
    roles_enabled: Column.flag("rolesEnabled", "Whether its members have its roles"),
    email: Column.text("email"),
    version: Column.number("version", "Counts the changes")
  },
  children: [
    { name: "group_owners", from: "owners", place: "owner", columns: { user_id: Column.text("id") } },
    {
      name: "group_addresses",
      from: "addresses",
      place: "address_place",
      columns: {
        address: Column.text("address"),
        extension: Column.text("extension"),
        type: Column.text("type", "GROUPRING or GROUPPHONE"),
        media_type: Column.text("mediaType")
      }
    }
  ]
})

export const groupMembers = named({
  name: "group_members",
  one: "group_member",
  doc: "The members of each group: a call, or more, for each group",
  operation: "getGroupMembers",
  path: "/api/v2/groups/{id}/members",
  paging: { by: "number", size: 100 },
  permissions: [],
  within: { ...groupsOperation, as: "groupId", key: "id" },
  columns: {
    group_id: Column.text("groupId"),
    user_id: Column.text("id"),
    name: Column.text("name"),
    email: Column.text("email"),
    state: Column.text("state", "active, inactive or deleted")
  }
})

const teamsOperation = {
  operation: "getTeams",
  path: "/api/v2/teams",
  paging: { by: "pageSize", size: 100 },
  permissions: ["groups:team:view"]
} as const

export const teams = named({
  name: "teams",
  one: "team",
  doc: "Work teams",
  ...teamsOperation,
  columns: {
    name,
    ...division,
    description,
    date_created: dateCreated,
    date_modified: dateModified,
    member_count: Column.number("memberCount")
  }
})

export const teamMembers = named({
  name: "team_members",
  one: "team_member",
  doc: "The members of each team: a call, or more, for each team",
  operation: "getTeamMembers",
  path: "/api/v2/teams/{id}/members",
  paging: { by: "pageSize", size: 100 },
  permissions: ["groups:team:view"],
  within: { ...teamsOperation, as: "teamId", key: "id" },
  columns: { team_id: Column.text("teamId"), user_id: Column.text("id"), name: Column.text("name") }
})

export const presenceDefinitions = named({
  name: "presence_definitions",
  one: "presence_definition",
  doc: "Presence definitions, deactivated ones too",
  operation: "getPresenceDefinitions0",
  path: "/api/v2/presence/definitions",
  paging: { by: "none" },
  params: { deactivated: "false" },
  apart: [{ deactivated: "true" }],
  permissions: ["presence:presenceDefinition:view"],
  columns: {
    name,
    type: Column.text("type", "System or User"),
    system_presence: Column.text("systemPresence", "Such as Available, Busy or Meal"),
    division_id: Column.text("divisionId"),
    deactivated: Column.flag("deactivated"),
    label_en: Column.text(["languageLabels", "en_US"], "What it is called in American English")
  }
})

export const roles = named({
  name: "roles",
  one: "role",
  doc: "Roles, with what they permit",
  operation: "getAuthorizationRoles",
  path: "/api/v2/authorization/roles",
  paging: { by: "number", size: 100 },
  permissions: ["authorization:role:view"],
  columns: {
    name,
    description,
    default_role_id: Column.text("defaultRoleId", "Of a role that Genesys has made"),
    permissions: Column.texts("permissions"),
    user_count: Column.number("userCount"),
    base: Column.flag("base"),
    default_role: Column.flag("default")
  },
  children: [
    {
      name: "role_policies",
      from: "permissionPolicies",
      place: "policy",
      columns: {
        domain: Column.text("domain", "Such as routing"),
        entity_name: Column.text("entityName", "Such as queue, or * for all"),
        action_set: Column.texts("actionSet", "Such as view, or * for all"),
        allow_conditions: Column.flag("allowConditions")
      }
    }
  ]
})

export const locations = named({
  name: "locations",
  one: "location",
  doc: "Locations",
  operation: "getLocations",
  path: "/api/v2/locations",
  paging: { by: "number", size: 100 },
  permissions: [],
  columns: {
    name,
    state: Column.text("state", "active or deleted"),
    notes: Column.text("notes"),
    street: Column.text(["address", "street1"]),
    city: Column.text(["address", "city"]),
    region: Column.text(["address", "state"]),
    zipcode: Column.text(["address", "zipcode"]),
    country: Column.text(["address", "country"]),
    emergency_number: Column.text(["emergencyNumber", "e164"]),
    path: Column.texts("path", "The ids of the locations that it is within"),
    version: Column.number("version", "Counts the changes")
  }
})

export const stations = named({
  name: "stations",
  one: "station",
  doc: "Stations (phones)",
  operation: "getStations",
  path: "/api/v2/stations",
  paging: { by: "number", size: 100 },
  permissions: [],
  columns: {
    name,
    description,
    status: Column.text("status", "AVAILABLE or ASSOCIATED"),
    user_id: Column.text("userId", "Who uses it now"),
    web_rtc_user_id: Column.text("webRtcUserId"),
    type: Column.text("type", "Such as inin_webrtc_softphone"),
    line_appearance_id: Column.text("lineAppearanceId"),
    primary_edge_id: Column.text(["primaryEdge", "id"])
  }
})

export const oauthClients = named({
  name: "oauth_clients",
  one: "oauth_client",
  doc: "OAuth clients, never with their secrets",
  operation: "getOauthClients",
  path: "/api/v2/oauth/clients",
  paging: { by: "none" },
  permissions: ["oauth:client:view"],
  omit: ["secret"],
  columns: {
    name,
    description,
    authorized_grant_type: Column.text("authorizedGrantType", "Such as CLIENT-CREDENTIALS"),
    access_token_validity_seconds: Column.number("accessTokenValiditySeconds", "Seconds that its tokens live"),
    scope: Column.texts("scope"),
    role_ids: Column.texts("roleIds"),
    state: Column.text("state", "active, disabled or inactive"),
    date_created: dateCreated,
    date_modified: dateModified,
    date_to_delete: Column.moment("dateToDelete"),
    created_by: Column.text(["createdBy", "id"])
  }
})
