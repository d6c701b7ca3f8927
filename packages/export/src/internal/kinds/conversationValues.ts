/**
 * Values of enumerations of conversations that are known here: the declarations of the SDK name none. One that lacks costs a word in the
 * status, and nothing else.
 */
export const directions = ["inbound", "outbound"]
export const mediaTypes = [
  "callback",
  "chat",
  "cobrowse",
  "email",
  "internalmessage",
  "message",
  "screenmonitoring",
  "screenshare",
  "unknown",
  "video",
  "voice"
]
export const segmentTypes = [
  "alert",
  "barging",
  "callback",
  "coaching",
  "contacting",
  "converting",
  "delay",
  "dialing",
  "hold",
  "interact",
  "ivr",
  "monitoring",
  "parked",
  "scheduled",
  "sharing",
  "system",
  "transmitting",
  "unknown",
  "uploading",
  "voicemail",
  "wrapup"
]
export const purposes = [
  "acd",
  "agent",
  "api",
  "botflow",
  "campaign",
  "customer",
  "dialer",
  "external",
  "fax",
  "group",
  "inbound",
  "ivr",
  "manual",
  "outbound",
  "station",
  "user",
  "voicemail",
  "workflow"
]
