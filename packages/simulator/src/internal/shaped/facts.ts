/**
 * What is known of operations and models beside their types. Of what is newer than these facts nothing is known: a text is then any text,
 * and no permission is needed. Of a model without a fact the names of its fields say what is a date.
 */
import type { Needs } from "../login/admission.ts"
import * as Known from "./knownFacts.ts"

/** `instant` has a time, `day` has none. */
export type Fact = { readonly values: ReadonlyArray<string> } | "instant" | "day"

export interface Facts {
  readonly of: (model: string, field: string) => Fact | undefined
  /** By the operation's key. */
  readonly needs: (key: string) => Needs | undefined
}

const isDate = /^date(?:[A-Z]|$)|Date(?:Time)?$|[tT]imestamp$/

const modelsOf = () => {
  const sets = Known.values.split("|").map((set) => ({ values: set.split(",") }))
  const factOf = (text: string) => (text === "t" ? "instant" : text === "d" ? "day" : sets[Number(text)])
  const models = new Map<string, ReadonlyMap<string, Fact | undefined>>()
  for (const told of Known.fields.split(";")) {
    const [model = "", ...fields] = told.split(" ")
    const pairs = fields.map((field) => field.split("="))
    models.set(model, new Map(pairs.map(([name = "", fact = ""]) => [name, factOf(fact)])))
  }
  return models
}

const needsOf = () => {
  const all = new Map<string, Needs>()
  for (const told of Known.permissions.split("\n")) {
    const [group = "", ...operations] = told.split(";")
    const permissions = group.slice(1) === "" ? [] : group.slice(1).split(",")
    const needs = group.startsWith("&") ? { all: permissions, any: [] } : { all: [], any: permissions }
    for (const operation of operations) all.set(operation.replace(" ", " /api/v2/"), needs)
  }
  return all
}

export const make = (): Facts => {
  const models = modelsOf()
  const needs = needsOf()
  return {
    of: (model, field) => {
      const known = models.get(model)
      if (known !== undefined) return known.get(field)
      return isDate.test(field) ? "instant" : undefined
    },
    needs: (key) => needs.get(key)
  }
}
