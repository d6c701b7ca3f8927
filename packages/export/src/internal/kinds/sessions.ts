/** Sessions of a conversation, with their segments and whatever else is within. Columns stand in the order in which they came to be. */
import * as Column from "../../Column.ts"
import type { Child } from "../../Layout.ts"
import { directions, mediaTypes, segmentTypes } from "./conversationValues.ts"

/** Why a field is no column. */
const numbers = "A list of numbers, which no type of columns has: raw has it"

const scoredAgents = {
  name: "segment_scored_agents",
  from: "scoredAgents",
  place: "scored_agent",
  columns: {
    agent_score: Column.number("agentScore"),
    scored_agent_id: Column.text("scoredAgentId")
  }
} as const satisfies Child

const properties = {
  name: "segment_properties",
  from: "properties",
  place: "segment_property",
  columns: {
    property: Column.text("property"),
    property_type: Column.text("propertyType"),
    value: Column.text("value")
  }
} as const satisfies Child

const segments = {
  name: "segments",
  from: "segments",
  place: "segment",
  indexes: [["segment_start"], ["queue_id"], ["wrap_up_code"]],
  columns: {
    segment_start: Column.moment("segmentStart"),
    segment_end: Column.moment("segmentEnd"),
    segment_type: Column.oneOf("segmentType", segmentTypes),
    queue_id: Column.text("queueId"),
    disconnect_type: Column.text("disconnectType"),
    error_code: Column.text("errorCode"),
    wrap_up_code: Column.text("wrapUpCode"),
    wrap_up_note: Column.text("wrapUpNote"),
    conference: Column.flag("conference"),
    subject: Column.text("subject"),
    audio_muted: Column.flag("audioMuted"),
    destination_conversation_id: Column.text("destinationConversationId"),
    destination_session_id: Column.text("destinationSessionId"),
    group_id: Column.text("groupId"),
    requested_language_id: Column.text("requestedLanguageId"),
    requested_routing_skill_ids: Column.texts("requestedRoutingSkillIds"),
    requested_routing_user_ids: Column.texts("requestedRoutingUserIds"),
    source_conversation_id: Column.text("sourceConversationId"),
    source_session_id: Column.text("sourceSessionId"),
    video_muted: Column.flag("videoMuted"),
    wrap_up_tags: Column.texts("wrapUpTags")
  },
  leftOut: { q850ResponseCodes: numbers, sipResponseCodes: numbers },
  children: [scoredAgents, properties]
} as const satisfies Child

const metrics = {
  name: "metrics",
  from: "metrics",
  place: "metric",
  indexes: [["emit_date"]],
  columns: {
    name: Column.text("name", "Such as tTalk or nTransferred"),
    value: Column.number("value", "Times, whose names start with t, are in milliseconds; n counts"),
    emit_date: Column.moment("emitDate")
  }
} as const satisfies Child

const agentGroups = {
  name: "session_agent_groups",
  from: "agentGroups",
  place: "agent_group",
  columns: {
    agent_group_id: Column.text("agentGroupId"),
    agent_group_type: Column.text("agentGroupType")
  }
} as const satisfies Child

const proposedAgents = {
  name: "session_proposed_agents",
  from: "proposedAgents",
  place: "proposed_agent",
  columns: {
    agent_rank: Column.number("agentRank"),
    proposed_agent_id: Column.text("proposedAgentId")
  }
} as const satisfies Child

const stats = {
  name: "media_endpoint_stats",
  from: "mediaEndpointStats",
  place: "stat",
  columns: {
    codecs: Column.texts("codecs"),
    discarded_packets: Column.number("discardedPackets"),
    duplicate_packets: Column.number("duplicatePackets"),
    event_time: Column.moment("eventTime"),
    invalid_packets: Column.number("invalidPackets"),
    max_latency_ms: Column.number("maxLatencyMs", "In milliseconds"),
    min_mos: Column.number("minMos", "Mean opinion score, 1 to 5"),
    min_r_factor: Column.number("minRFactor"),
    overrun_packets: Column.number("overrunPackets"),
    received_packets: Column.number("receivedPackets"),
    underrun_packets: Column.number("underrunPackets")
  }
} as const satisfies Child

const outcomes = {
  name: "session_flow_outcomes",
  from: ["flow", "outcomes"],
  place: "outcome",
  indexes: [["flow_outcome_id"]],
  columns: {
    flow_outcome: Column.text("flowOutcome"),
    flow_outcome_end_timestamp: Column.moment("flowOutcomeEndTimestamp"),
    flow_outcome_id: Column.text("flowOutcomeId"),
    flow_outcome_start_timestamp: Column.moment("flowOutcomeStartTimestamp"),
    flow_outcome_value: Column.text("flowOutcomeValue")
  }
} as const satisfies Child

export const sessions = {
  name: "sessions",
  from: "sessions",
  place: "session",
  columns: {
    session_id: Column.text("sessionId"),
    media_type: Column.oneOf("mediaType", mediaTypes),
    direction: Column.oneOf("direction", directions),
    ani: Column.text("ani"),
    dnis: Column.text("dnis"),
    provider: Column.text("provider"),
    remote: Column.text("remote"),
    message_type: Column.text("messageType"),
    used_routing: Column.text("usedRouting"),
    active_skill_ids: Column.texts("activeSkillIds"),
    acw_skipped: Column.flag("acwSkipped"),
    address_from: Column.text("addressFrom"),
    address_other: Column.text("addressOther"),
    address_self: Column.text("addressSelf"),
    address_to: Column.text("addressTo"),
    agent_assistant_id: Column.text("agentAssistantId"),
    agent_bullseye_ring: Column.number("agentBullseyeRing"),
    agent_owned: Column.flag("agentOwned"),
    assigner_id: Column.text("assignerId"),
    authenticated: Column.flag("authenticated"),
    barged_participant_id: Column.text("bargedParticipantId"),
    bcc: Column.texts("bcc"),
    callback_numbers: Column.texts("callbackNumbers"),
    callback_scheduled_time: Column.moment("callbackScheduledTime"),
    callback_user_name: Column.text("callbackUserName"),
    cc: Column.texts("cc"),
    cleared: Column.flag("cleared"),
    coached_participant_id: Column.text("coachedParticipantId"),
    cobrowse_role: Column.text("cobrowseRole"),
    cobrowse_room_id: Column.text("cobrowseRoomId"),
    delivery_pushed: Column.flag("deliveryPushed"),
    delivery_status: Column.text("deliveryStatus"),
    delivery_status_change_date: Column.moment("deliveryStatusChangeDate"),
    destination_addresses: Column.texts("destinationAddresses"),
    detected_speech_end: Column.moment("detectedSpeechEnd"),
    detected_speech_start: Column.moment("detectedSpeechStart"),
    disposition_analyzer: Column.text("dispositionAnalyzer"),
    disposition_name: Column.text("dispositionName"),
    edge_id: Column.text("edgeId"),
    engagement_source: Column.text("engagementSource"),
    error_code_description: Column.text("errorCodeDescription"),
    extended_delivery_status: Column.text("extendedDeliveryStatus"),
    flow_in_type: Column.text("flowInType"),
    flow_out_type: Column.text("flowOutType"),
    journey_action_id: Column.text("journeyActionId"),
    journey_action_map_id: Column.text("journeyActionMapId"),
    journey_action_map_version: Column.number("journeyActionMapVersion"),
    journey_customer_id: Column.text("journeyCustomerId"),
    journey_customer_id_type: Column.text("journeyCustomerIdType"),
    journey_customer_session_id: Column.text("journeyCustomerSessionId"),
    journey_customer_session_id_type: Column.text("journeyCustomerSessionIdType"),
    media_bridge_id: Column.text("mediaBridgeId"),
    media_count: Column.number("mediaCount"),
    monitored_participant_id: Column.text("monitoredParticipantId"),
    outbound_campaign_id: Column.text("outboundCampaignId"),
    outbound_contact_id: Column.text("outboundContactId"),
    outbound_contact_list_id: Column.text("outboundContactListId"),
    peer_id: Column.text("peerId"),
    protocol_call_id: Column.text("protocolCallId"),
    recording: Column.flag("recording"),
    remote_name_displayable: Column.text("remoteNameDisplayable"),
    removed_skill_ids: Column.texts("removedSkillIds"),
    requested_routings: Column.texts("requestedRoutings"),
    room_id: Column.text("roomId"),
    routing_ring: Column.number("routingRing"),
    routing_rule: Column.text("routingRule"),
    routing_rule_type: Column.text("routingRuleType"),
    screen_monitored_user_id: Column.text("screenMonitoredUserId"),
    screen_share_address_self: Column.text("screenShareAddressSelf"),
    screen_share_room_id: Column.text("screenShareRoomId"),
    script_id: Column.text("scriptId"),
    selected_agent_id: Column.text("selectedAgentId"),
    selected_agent_rank: Column.number("selectedAgentRank"),
    session_dnis: Column.text("sessionDnis"),
    sharing_screen: Column.flag("sharingScreen"),
    skill_expression_id: Column.text("skillExpressionId"),
    skip_enabled: Column.flag("skipEnabled"),
    snippet_recording: Column.flag("snippetRecording"),
    timeout_seconds: Column.number("timeoutSeconds", "In seconds"),
    video_address_self: Column.text("videoAddressSelf"),
    video_room_id: Column.text("videoRoomId"),
    flow_ending_language: Column.text(["flow", "endingLanguage"]),
    flow_entry_reason: Column.text(["flow", "entryReason"]),
    flow_entry_type: Column.text(["flow", "entryType"]),
    flow_exit_reason: Column.text(["flow", "exitReason"]),
    flow_id: Column.text(["flow", "flowId"]),
    flow_name: Column.text(["flow", "flowName"]),
    flow_type: Column.text(["flow", "flowType"]),
    flow_version: Column.text(["flow", "flowVersion"]),
    flow_issued_callback: Column.flag(["flow", "issuedCallback"]),
    flow_recognition_failure_reason: Column.text(["flow", "recognitionFailureReason"]),
    flow_starting_language: Column.text(["flow", "startingLanguage"]),
    flow_transfer_target_address: Column.text(["flow", "transferTargetAddress"]),
    flow_transfer_target_name: Column.text(["flow", "transferTargetName"]),
    flow_transfer_type: Column.text(["flow", "transferType"])
  },
  leftOut: { eligibleAgentCounts: numbers, waitingInteractionCounts: numbers },
  children: [segments, metrics, agentGroups, proposedAgents, stats, outcomes]
} as const satisfies Child
