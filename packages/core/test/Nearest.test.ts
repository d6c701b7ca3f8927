import { assert, it } from "@effect/vitest"
import { nearest } from "../src/Nearest.ts"

it("finds what was meant, the nearest first, and nothing that is far", () => {
  const known = ["production", "prod", "staging", "dev"]
  assert.deepStrictEqual(nearest("prodction", known), ["production"])
  assert.deepStrictEqual(nearest("PROD", known), ["prod"])
  assert.deepStrictEqual(nearest("prd", known), ["prod"])
  assert.deepStrictEqual(nearest("something-else", known), [])
})
