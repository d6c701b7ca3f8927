/**
 * Which paths a call may have. The token goes to the API host only, and a path is what it looks like: one that a URL parser, a
 * gateway or a server might read as another one is refused, in whatever way its dots and slashes are written.
 */
import { isDecodable } from "@effect-genesys/core/UriText"

/** A path that is still something else after so many rounds of decoding was made to deceive. */
const mostRounds = 8

/** Two to four bytes for a character of ASCII: no UTF-8, but read as such by some. */
const overlong = /[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}/g

const shortened = (sequence: string) => {
  const [first = 0, ...rest] = Buffer.from(sequence, "latin1")
  const code = rest.reduce((sum, byte) => sum * 64 + (byte & 63), first & 1)
  return code < 128 ? String.fromCharCode(code) : sequence
}

const textOf = (escapes: string) => {
  const bytes = Buffer.from(escapes.replaceAll("%", ""), "hex").toString("latin1").replaceAll(overlong, shortened)
  return Buffer.from(bytes, "latin1").toString("utf8")
}

const decode = (text: string): string =>
  text
    .replaceAll(/%u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/(?:%[\da-f]{2})+/gi, textOf)

/** What some servers drop from a part of a path: its parameters, what looks like a query, blanks, and what nobody sees. */
const bare = (part: string) => (part.split(/[;?#]/, 1)[0] ?? "").replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, "")

const isDots = (part: string) => {
  const name = bare(part)
  return name === "." || name === ".."
}

/** Full-width forms and the like count as what they stand for. */
const hasDots = (path: string) => path.includes(".") && path.split(/[/\\]/).some(isDots)

/** Nearly every path, and found out at once: it has nothing that anybody could read in another way. */
const plain = /^[\w~/-]*(?:\?[\w~/=&,.:+%-]*)?$/

const pathOf = (target: string) => target.split("?", 1)[0] ?? ""

/**
 * Whether someone on the way might read a path, perhaps with a query, as another one: it has a part of one or two dots, written
 * plainly, encoded once or several times, or followed by what servers drop; a backslash, a fragment, a control character in whatever
 * way it is written, or an escape of no text.
 */
export const leadsElsewhere = (target: string): boolean => {
  if (plain.test(target)) return false
  if (/[\\#\p{Cc}]/u.test(target)) return true
  if (!isDecodable(pathOf(target))) return true
  let path = pathOf(target).normalize("NFKC")
  for (let round = 0; round < mostRounds; round++) {
    if (hasDots(path) || /\p{Cc}/u.test(path)) return true
    if (!path.includes("%")) return false
    const decoded = decode(path).normalize("NFKC")
    if (decoded === path) return false
    path = decoded
  }
  return true
}

/** What is wrong with the path of a call; nothing if it is right. */
export const check = (url: string): string | undefined => {
  if (!url.startsWith("/") || url.startsWith("//")) {
    return "The request must name a path of the API such as /api/v2/users: the token is sent to no other host."
  }
  if (pathOf(url).split("/").includes("", 1) || leadsElsewhere(url)) {
    return (
      "A part of the path is empty or made of dots, or it has a backslash, a # or a line break, so it would be another call. " +
      "Check the ids in it, and encode them."
    )
  }
  return undefined
}
