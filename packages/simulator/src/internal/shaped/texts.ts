/**
 * Texts and numbers that a reader finds sensible, by the name of their field.
 */
import type { Draws } from "./draws.ts"

const firstNames = ["Ada", "Ben", "Chloe", "Dmitri", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jonas"]
const lastNames = ["Abara", "Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen"]
const colors = ["Amber", "Blue", "Coral", "Green", "Indigo", "Olive", "Silver", "Violet"]
const persons =
  /^(?:Domain)?(?:User|Agent|Person|Coach|Manager|Evaluator|Contact|ExternalContact|Mention)(?:Reference)?$/

/** `SkillGroup` is "Skill group", and `wrapUpCode` "Wrap up code". */
export const words = (name: string): string => {
  const spaced = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/[_\W]+/g, " ")
    .toLowerCase()
    .trim()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

/** Says nothing of what it is a name of, and may be there twice. */
const ending = /(?:Entity|Reference|Ref|Response|Dto|Domain|Request|Model)$/
const called = (model: string) => words(model.replace(ending, "").replace(ending, ""))

interface Asked {
  readonly draws: Draws
  /** What draws are made of: another one for each field of each thing. */
  readonly key: string
  /** The same of the thing that has the field: its names go together. */
  readonly thing: string
  readonly model: string
}

const firstOf = ({ draws, thing }: Asked) => draws.pick(`${thing} first`, firstNames)
const lastOf = ({ draws, thing }: Asked) => draws.pick(`${thing} last`, lastNames)
const address = (asked: Asked) => `${firstOf(asked)}.${lastOf(asked)}@yourcompany.com`.toLowerCase()

const nameOf = (asked: Asked): string => {
  const { draws, key, model } = asked
  if (persons.test(model)) return `${firstOf(asked)} ${lastOf(asked)}`
  return `${called(model)} ${draws.pick(`${key} color`, colors)} ${1 + (draws.bits(key) % 99)}`
}

type Maker = (asked: Asked) => string

/** The first that fits the name counts. */
const makers: ReadonlyArray<readonly [field: RegExp, make: Maker]> = [
  [
    /(?:^id|Id|ID|[gG]uid|[uU]uid)s?$|^(?:created|modified|updated|changed|assigned|released)By$/,
    ({ draws, key }) => draws.uuid(key)
  ],
  [/^firstName$|^givenName$/, firstOf],
  [/^lastName$|^familyName$/, lastOf],
  [/^(?:name|displayName|label)$/, nameOf],
  [/e-?mail|^user[nN]ame$/i, address],
  [/phone|^ani$|^dnis$|e164/i, ({ draws, key }) => `+1317555${String(draws.bits(key) % 10_000).padStart(4, "0")}`],
  [/timeZone|timezone/, () => "America/New_York"],
  [/locale|language/i, () => "en-us"],
  [/^country(?:Code)?$/, () => "US"],
  [/currency/i, () => "USD"],
  [/color/i, ({ draws, key }) => `#${(draws.bits(key) >>> 8).toString(16).padStart(6, "0")}`],
  [/mimeType|contentType/i, () => "text/plain"],
  [/^version$/, ({ draws, key }) => String(1 + (draws.bits(key) % 9))],
  [/^ip(?:Address)?$|IpAddress$/, ({ draws, key }) => `192.0.2.${1 + (draws.bits(key) % 254)}`],
  [/(?:ur[il]|href|link)s?$/i, ({ draws, key }) => `https://files.example.com/${draws.uuid(key)}`]
]

/** A text for a field; in a list of texts for one of them. */
export const text = (field: string, asked: Asked): string => {
  const maker = makers.find(([name]) => name.test(field))?.[1]
  if (maker !== undefined) return maker(asked)
  if (/description|note|comment|message/i.test(field)) {
    return `${words(field)} of ${called(asked.model).toLowerCase()} ${1 + (asked.draws.bits(asked.key) % 99)}.`
  }
  return `${words(field)} ${1 + (asked.draws.bits(asked.key) % 99)}`
}

/** A whole number, which fits whatever the model says of it. */
export const number = (field: string, { draws, key }: Asked): number => {
  const drawn = draws.bits(key)
  if (/version/i.test(field)) return 1 + (drawn % 9)
  if (/percent|score|confidence|ratio/i.test(field)) return drawn % 101
  if (/duration|millis|Ms$|seconds|timeout/i.test(field)) return 1_000 + (drawn % 599_000)
  return 1 + (drawn % 50)
}

/** What is there is not deleted, and is switched on. */
export const flag = (field: string, { draws, key }: Asked): boolean => {
  if (/deleted|archived|disabled|error|failed/i.test(field)) return false
  return /enabled|active/i.test(field) || draws.bits(key) % 2 === 0
}

/** How things are when nobody waits for them any more. */
const settled =
  /^(?:active|fulfilled|completed?|success|succeeded|successful|finished|done|published|connected|available|enabled|ready)$/i

export const isSettled = (status: string): boolean => settled.test(status)

/** One of the values of an enumeration; one that whoever asks again and again is waiting for, if there is such. */
export const value = (values: ReadonlyArray<string>, { draws, key }: Asked): string =>
  values.find(isSettled) ?? draws.pick(key, values)
