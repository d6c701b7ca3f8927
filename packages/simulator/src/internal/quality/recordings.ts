/**
 * Recordings of calls: one of each session of a customer that is recorded, from the end of its conversation on. It is uploaded within half an
 * hour, and some are archived within a day.
 */
import type { Conversation } from "../../api/Conversation.ts"
import type { Recording } from "../../api/RecordingsApi.ts"
import type { Conversations } from "../analytics/conversations.ts"
import * as Selection from "../analytics/selection.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"

const minute = 60_000
const day = 24 * 60 * minute
const stream = Random.streams.recording
/** No conversation has more sessions and holds. */
const most = 64

export const make = ({ seed }: Pick<Settings["Service"], "seed">, world: Conversations["Service"]) => {
  /** In a conversation, the holds of its agents, where they are in the recording. */
  const holds = (conversation: Conversation, number: number, from: number, to: number) =>
    conversation.participants
      .filter(({ purpose }) => purpose === "agent")
      .flatMap(({ sessions }) => sessions.flatMap(({ segments }) => segments))
      .filter(({ segmentEnd, segmentType }) => segmentType === "hold" && segmentEnd !== undefined)
      .map(({ segmentEnd = "", segmentStart }) => [Date.parse(segmentStart), Date.parse(segmentEnd)] as const)
      .filter(([begin, end]) => begin >= from && end <= to)
      .map(([begin, end], place) => ({
        id: Random.uuid(seed, stream, most * number + most - 1 - place),
        type: "Hold" as const,
        location: begin - from,
        durationMs: end - begin
      }))

  const recordingOf = (
    conversation: Conversation,
    end: string,
    session: Conversation["participants"][number]["sessions"][number],
    number: number,
    now: number
  ): Recording => {
    const { conversationId } = conversation
    const [first, last] = [session.segments[0], session.segments.at(-1)]
    const [startTime, endTime] = [first?.segmentStart ?? end, last?.segmentEnd ?? end]
    const uploadedAt = Date.parse(end) + Math.floor(30 * minute * Random.unit(seed, stream, number, 5))
    const isArchived = Random.unit(seed, stream, number, 6) < 0.1
    const archivedAt = uploadedAt + Math.floor(day * Random.unit(seed, stream, number, 7))
    const id = Random.uuid(seed, stream, number)
    return {
      id,
      conversationId,
      startTime,
      endTime,
      media: "audio",
      mediaSubtype: "Trunk",
      annotations: holds(conversation, number, Date.parse(startTime), Date.parse(endTime)),
      fileState: now < uploadedAt ? "UPLOADING" : isArchived && now >= archivedAt ? "ARCHIVED" : "AVAILABLE",
      ...(isArchived ? { archiveDate: iso(archivedAt), archiveMedium: "CLOUDARCHIVE" } : {}),
      deleteDate: iso(uploadedAt + 365 * day),
      maxAllowedRestorationsForOrg: 5,
      remainingRestorationsAllowedForOrg: 5,
      sessionId: session.sessionId,
      region: "eu-central-1",
      selfUri: `/api/v2/conversations/${conversationId}/recordings/${id}`
    }
  }

  const of = (index: number, now: number): ReadonlyArray<Recording> => {
    const conversation = world.get(index, now)
    const { conversationEnd } = conversation
    if (conversationEnd === undefined || Date.parse(conversationEnd) > now) return []
    return conversation.participants
      .filter(({ purpose }) => purpose === "customer")
      .flatMap((one) => one.sessions.filter(({ recording }) => recording === true))
      .map((session, place) => recordingOf(conversation, conversationEnd, session, most * index + place, now))
  }

  return {
    /** Of one conversation, which is there; undefined if it is not. */
    ofConversation: (id: string, now: number): ReadonlyArray<Recording> | undefined => {
      const [index] = world.withIds([id], now)
      return index === undefined ? undefined : of(index, now)
    },
    /** Of all conversations that began on the UTC day that begins then. */
    ofDay: (from: number, now: number): ReadonlyArray<Recording> => {
      const { first, last } = Selection.ofDays(world, [from, from + day], now)
      return Array.from({ length: Math.max(0, last - first) }, (_, place) => of(first + place, now)).flat()
    }
  }
}
