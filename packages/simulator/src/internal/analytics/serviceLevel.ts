/** How soon a queue aims to answer: the same for all queues, and other for each medium. */
import type { Settings } from "../shared/settings.ts"
import type { Medium } from "./story.ts"

const day = 24 * 3_600_000

/** Milliseconds. */
export const within = ({ stories }: Settings["Service"], medium: Medium): number => {
  const voice = stories.answerWithin * 1000
  if (medium === "email") return day
  return medium === "chat" || medium === "message" ? Math.round(voice * 1.5) : voice
}
