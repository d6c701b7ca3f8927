/** What calls are routed by: queues and their members, wrap-up codes, skills, languages. */
import * as Column from "../../../Column.ts"
import { named } from "./named.ts"
import { dateCreated, dateModified, description, division, name } from "./shared.ts"

const queuesOperation = {
  operation: "getRoutingQueues",
  path: "/api/v2/routing/queues",
  paging: { by: "number", size: 100 },
  permissions: ["routing:queue:view"]
} as const

export const queues = named({
  name: "queues",
  one: "queue",
  doc: "Queues",
  ...queuesOperation,
  columns: {
    name,
    ...division,
    description,
    date_created: dateCreated,
    date_modified: dateModified,
    member_count: Column.number("memberCount", "Users in it, those of its groups included"),
    user_member_count: Column.number("userMemberCount", "Users who were put into it one by one"),
    joined_member_count: Column.number("joinedMemberCount", "Users in it who have switched it on"),
    scoring_method: Column.text("scoringMethod"),
    skill_evaluation_method: Column.text("skillEvaluationMethod", "NONE, BEST or ALL"),
    acw_wrapup_prompt: Column.text(["acwSettings", "wrapupPrompt"], "Whether, and for how long, agents may wrap up"),
    acw_timeout_ms: Column.number(["acwSettings", "timeoutMs"], "Milliseconds of after-call work at most"),
    queue_flow_id: Column.text(["queueFlow", "id"]),
    calling_party_name: Column.text("callingPartyName"),
    calling_party_number: Column.text("callingPartyNumber"),
    enable_transcription: Column.flag("enableTranscription"),
    enable_manual_assignment: Column.flag("enableManualAssignment")
  },
  children: [
    {
      name: "queue_member_groups",
      from: "memberGroups",
      place: "member_group",
      columns: {
        group_id: Column.text("id"),
        name: Column.text("name"),
        type: Column.text("type", "Such as TEAM, GROUP or SKILLGROUP"),
        member_count: Column.number("memberCount")
      }
    }
  ]
})

export const queueMembers = named({
  name: "queue_members",
  one: "queue_member",
  doc: "The members of each queue: a call, or more, for each queue",
  operation: "getRoutingQueueMembers",
  path: "/api/v2/routing/queues/{id}/members",
  paging: { by: "number", size: 100 },
  permissions: ["routing:queue:view", "routing:queueMember:manage"],
  within: { ...queuesOperation, as: "queueId", key: "id" },
  columns: {
    queue_id: Column.text("queueId"),
    user_id: Column.text("id"),
    name: Column.text("name"),
    ring_number: Column.number("ringNumber", "1 is asked first (bullseye)"),
    joined: Column.flag("joined", "Whether the user has switched the queue on"),
    member_by: Column.text("memberBy", "user, or group by one of the queue's groups")
  }
})

export const wrapUpCodes = named({
  name: "wrap_up_codes",
  one: "wrap_up_code",
  doc: "Wrap-up codes",
  operation: "getRoutingWrapupcodes",
  path: "/api/v2/routing/wrapupcodes",
  paging: { by: "number", size: 100 },
  permissions: ["routing:wrapupCode:view"],
  columns: {
    name,
    ...division,
    description,
    date_created: dateCreated,
    date_modified: dateModified,
    created_by: Column.text("createdBy"),
    modified_by: Column.text("modifiedBy")
  }
})

export const skills = named({
  name: "skills",
  one: "skill",
  doc: "ACD skills",
  operation: "getRoutingSkills",
  path: "/api/v2/routing/skills",
  paging: { by: "number", size: 100 },
  permissions: ["routing:skill:view"],
  columns: { name, date_modified: dateModified, state: Column.text("state"), version: Column.text("version") }
})

export const languages = named({
  name: "languages",
  one: "language",
  doc: "ACD languages",
  operation: "getRoutingLanguages",
  path: "/api/v2/routing/languages",
  paging: { by: "number", size: 100 },
  permissions: [],
  columns: { name, date_modified: dateModified, state: Column.text("state"), version: Column.text("version") }
})
