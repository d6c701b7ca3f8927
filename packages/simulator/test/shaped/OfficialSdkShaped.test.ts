/**
 * A few operations that are only shaped, as a program uses them through the official SDK.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../../src/Simulator.ts"
import * as Sdk from "../support/Sdk.ts"

/** What the SDK rejects with. */
const Rejection = Schema.Struct({
  status: Schema.Int,
  code: Schema.String,
  message: Schema.String,
  contextId: Schema.String,
  details: Schema.Array(Schema.Struct({ fieldName: Schema.String }))
})

const rejectionOf = Effect.fnUntraced(function* (operation: () => Promise<unknown>) {
  const rejected = yield* Effect.promise(() =>
    operation().then(
      () => "nothing",
      (rejection: unknown) => rejection
    )
  )
  return yield* Schema.decodeUnknownEffect(Rejection)(rejected)
})

layer(Simulator.layer({ allOperations: true }), { excludeTestServices: true })("the official SDK", (it) => {
  it.effect("makes a prompt of a flow, changes it, and lists some", () =>
    Effect.gen(function* () {
      const api = new pc.ArchitectApi(yield* Sdk.loggedIn())
      const made = yield* Sdk.ask(() => api.postArchitectPrompts({ name: "Welcome", description: "To all." }))
      assert.deepInclude(made, { name: "Welcome", description: "To all." })
      const id = made.id ?? ""
      const changed = yield* Sdk.ask(() => api.putArchitectPrompt(id, { name: "Welcome back" }))
      assert.deepInclude(changed, { id, name: "Welcome back", selfUri: `/api/v2/architect/prompts/${id}` })
      assert.strictEqual((yield* Sdk.ask(() => api.getArchitectPrompt(id))).id, id)
      const page = yield* Sdk.ask(() => api.getArchitectPrompts({ pageSize: 10, pageNumber: 2 }))
      assert.deepInclude(page, { pageSize: 10, pageNumber: 2 })
      const row = page.entities?.[0]
      assert.deepStrictEqual(yield* Sdk.ask(() => api.getArchitectPrompt(row?.id ?? "")), row)
      yield* Sdk.ask(() => api.deleteArchitectPrompt(id))
    })
  )

  it.effect("is refused what is no prompt, and what has no path", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const api = new pc.ArchitectApi(client)
      // By the declarations it would have a name.
      const nameless = () => api.postArchitectPrompts(JSON.parse('{"description":"To all."}'))
      const { contextId, details, ...said } = yield* rejectionOf(nameless)
      assert.deepStrictEqual(said, {
        status: 400,
        code: "bad.request",
        message: "The value of the field 'name' is not valid: It is required"
      })
      assert.match(contextId, /^[0-9a-f-]{36}$/)
      assert.deepStrictEqual(details, [{ fieldName: "name" }])
      const none = new pc.ArchitectApi(yield* Sdk.makeClient)
      const anonymous = yield* rejectionOf(() => none.getArchitectPrompts())
      assert.deepInclude(anonymous, { status: 401, code: "authentication.required" })
    })
  )

  it.effect("waits for a job, which is done", () =>
    Effect.gen(function* () {
      const api = new pc.KnowledgeApi(yield* Sdk.loggedIn())
      const job = yield* Sdk.ask(() => api.getKnowledgeKnowledgebaseExportJob("base", "job"))
      assert.deepInclude(job, { id: "job", status: "Completed" })
    })
  )
})
