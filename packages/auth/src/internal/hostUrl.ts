/** The base URL of a host that a secret or a token goes to: `https`, or plain `http` on loopback only. */
import { isLoopback } from "@effect-genesys/core/Loopback"
import * as Schema from "effect/Schema"

const isAllowedUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))
}

export const HostUrl = Schema.String.check(
  Schema.makeFilter(isAllowedUrl, {
    message: "an https URL (plain http only for loopback)",
    toJsonSchema: () => [{ pattern: "^https?://" }, true]
  })
)

/** Paths are appended to it. */
export const withoutSlash = (url: string): string => url.replace(/(?<!\/)\/+$/, "")
