/**
 * What a local proxy lets through of that which its guard does: reads alone, or what a list of rules takes. A rule is a method
 * and a path, such as `GET users/*`, and looks at nothing else.
 */
import * as Route from "@effect-genesys/client/Route"

export interface Rule {
  /** As it was given. */
  readonly text: string
  readonly methods: ReadonlySet<string>
  readonly parts: ReadonlyArray<string>
}

export interface Rules {
  readonly readOnly: boolean
  /** One of them must take a call; none at all take every one. */
  readonly allow: ReadonlyArray<Rule>
}

export interface Refusal {
  readonly code: "read.only" | "not.allowed"
  readonly message: string
}

/** Below it are all calls. */
export const base = "/api/v2/"

export const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])

/** As `parse` understands it, for whoever wrote another one. */
export const syntax =
  "It is a method (GET, which takes HEAD too, POST, PUT, PATCH, DELETE, several with commas, or *), a space, and a path below " +
  "/api/v2/, in which * stands for one part and ** at the end for one or more, such as GET users/* or POST analytics/**."

/** A part of a path: one that stands for any, or text in which every character stands for itself. */
const isPart = (part: string) => part === "*" || /^[A-Za-z0-9._~!$&'()+,;=:@-]+$/.test(part)

export const parse = (text: string): Rule | undefined => {
  const found = /^\s*(\S+)\s+(\S+)\s*$/.exec(text)
  if (found === null) return undefined
  const [, verbs = "", path = ""] = found
  const named = verbs.toUpperCase().split(",")
  const parts = (path.startsWith(base) ? path.slice(base.length) : path).split("/")
  const isMade = parts.every((part, i) => isPart(part) || (part === "**" && i === parts.length - 1))
  if (!isMade || !named.every((verb) => verb === "*" || methods.has(verb))) return undefined
  const taken = named.includes("*") ? methods : new Set(named.includes("GET") ? [...named, "HEAD"] : named)
  return { text: text.trim(), methods: taken, parts }
}

const takes = (rule: Rule, method: string, parts: ReadonlyArray<string>) => {
  if (!rule.methods.has(method)) return false
  const isOpen = rule.parts.at(-1) === "**"
  if (isOpen ? parts.length < rule.parts.length : parts.length !== rule.parts.length) return false
  return rule.parts.every((wanted, i) => wanted === "**" || (wanted === "*" ? parts[i] !== "" : wanted === parts[i]))
}

/** The parts of a path below `/api/v2/` as the other side reads them; none where it might read other ones. */
const partsOf = (path: string): ReadonlyArray<string> | undefined => {
  const decoded = path.slice(base.length).split("/").map(decodeURIComponent)
  return decoded.some((part) => /[/\\%;?#]/.test(part)) ? undefined : decoded
}

/** @param path without its query; every escape in it is one that can be decoded */
export const judge = ({ allow, readOnly }: Rules, method: string, path: string): Refusal | undefined => {
  const parts = partsOf(path)
  const isSearch = parts !== undefined && Route.isQuery(`/${parts.join("/")}`)
  const reads = method === "GET" || method === "HEAD" || (method === "POST" && isSearch)
  if (readOnly && !reads) {
    return {
      code: "read.only",
      message: `The proxy runs with --read-only: of ${method} it takes ${method === "POST" ? "searches and queries only" : "nothing"}.`
    }
  }
  if (allow.length === 0) return undefined
  if (parts !== undefined && allow.some((rule) => takes(rule, method, parts))) return undefined
  const all = allow.map(({ text }) => JSON.stringify(text)).join(", ")
  return { code: "not.allowed", message: `None of the rules of --allow takes this ${method}: ${all}.` }
}
