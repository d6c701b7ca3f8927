/** Whether two texts are the same, in a time that does not tell how much of a guess was right. */
import { createHash, timingSafeEqual } from "node:crypto"

const digest = (text: string) => createHash("sha256").update(text).digest()

export const sameText = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))
