/**
 * What the simulator says of itself: which operations it imitates, and which it only shapes. The list is held against what it does.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpMethod from "effect/http/HttpMethod"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { OperationsView } from "../../src/api/OperationsApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, send } from "../support/Calls.ts"
import * as OperationsTable from "../support/OperationsTable.ts"

const all = Simulator.layerHttpClient({ allOperations: true })

describe("the list of operations", () => {
  it.effect("is what the simulator does", () =>
    Effect.gen(function* () {
      const { operations } = yield* Simulator
      const { imitated, sdk, shaped } = yield* operations
      assert.strictEqual(sdk, "262.0.0")
      assert.isAbove(imitated.length, 40)
      assert.isAbove(shaped.length, 3_200)
      /** Without a token: whoever is there refuses it, and says what it is. */
      const meets = Effect.fnUntraced(function* ({ method, path }: OperationsView["imitated"][number]) {
        if (!HttpMethod.isHttpMethod(method)) return assert.fail(method)
        const { headers, status } = yield* call(undefined, method, path.replaceAll(/\{[^}]*\}/g, "id"))
        return `${status} ${headers["x-simulator"]}`
      })
      for (const operation of imitated) {
        assert.strictEqual(yield* meets(operation), "401 undefined", `${operation.method} ${operation.path}`)
      }
      for (const operation of shaped) {
        assert.strictEqual(yield* meets(operation), "401 shaped", `${operation.method} ${operation.path}`)
      }
      const keys = [...imitated, ...shaped].map(
        ({ method, path }) => `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`
      )
      assert.lengthOf(new Set(keys), keys.length)
      const names = [...imitated, ...shaped].flatMap((operation) => operation.names ?? [])
      assert.lengthOf(names, 3_468)
    }).pipe(Effect.provide(all))
  )

  it.effect("can be asked for by programs on this machine, and by no web page", () =>
    Effect.gen(function* () {
      const { operations, url } = yield* Simulator
      const request = HttpClientRequest.get(`${url}/_control/operations`)
      const { body, status } = yield* send(request)
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(yield* Schema.decodeUnknownEffect(OperationsView)(body), yield* operations)
      const page = HttpClientRequest.setHeader(request, "origin", "https://evil.example")
      assert.strictEqual((yield* send(page)).status, 403)
    }).pipe(Effect.provide(all))
  )

  it("is in the README as it is; writeReadme.ts writes it", () => {
    const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8")
    const [, written = ""] = readme.split(/<!-- \/?operations -->/)
    assert.strictEqual(written.trim(), OperationsTable.page())
  })
})
