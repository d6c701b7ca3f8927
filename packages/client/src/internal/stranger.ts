/** What has answered in the place of Genesys Cloud: a gateway, a proxy or a firewall. */
import type * as Headers from "effect/http/Headers"

/** An answer, as far as it was read. */
export interface Heard {
  readonly status: number
  readonly headers: Headers.Headers
  readonly body: string
  /** Whether the body has come whole; it is empty if not. */
  readonly isRead: boolean
}

/** What has answered in its place, as far as it can be told. */
const strangerOf = ({ body, headers, isRead }: Heard): string => {
  const type =
    (headers["content-type"] ?? "")
      .split(";", 1)[0]
      ?.trim()
      .replaceAll(/[^\w/+.-]/g, "")
      .slice(0, 60) ?? ""
  if (!isRead) return "an answer that cannot be read"
  if (body === "") return "an empty answer"
  if (/html/i.test(type) || /^\s*<(?:!doctype|html)/i.test(body)) return "a page of HTML"
  return type === "" ? "an answer of another form" : `an answer of another form (${type})`
}

/** Says so, and what to look at. */
export const words = (heard: Heard): string =>
  `It was not Genesys Cloud that answered: it was ${strangerOf(heard)}, as gateways, proxies and firewalls send it. ` +
  "Check the API URL and whatever is between this machine and Genesys Cloud."
