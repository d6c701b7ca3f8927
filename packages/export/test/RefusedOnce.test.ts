/** A world in which every day, page, job and list is refused once, each with another status: two runs are enough. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as TestClock from "effect/testing/TestClock"
import * as Stack from "../../client/test/Stack.ts"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Files from "./Files.ts"
import * as World from "./World.ts"

const since = World.first
const until = Day.of(Day.start(since) + 6 * 86_400_000)
const jobs = "/api/v2/analytics/conversations/details/jobs"
const query = "/api/v2/analytics/conversations/details/query"

/** What is refused, once, and with what: of the first day its submission, and so on. */
const refusals: ReadonlyMap<string, number> = new Map([
  [`1970-03-01 submit`, 409],
  [`1970-03-02 status`, 400],
  [`1970-03-03 results 1`, 410],
  [`1970-03-04 results 2`, 404],
  [`1970-03-05 delete`, 403],
  [`1970-03-06 query 2`, 413],
  ["users 2", 400]
])

const bodyOf = ({ body }: { readonly body: { readonly _tag: string } }) =>
  body._tag === "Uint8Array" && "body" in body && body.body instanceof Uint8Array
    ? new TextDecoder().decode(body.body)
    : ""

/** Genesys, and what it has refused. */
const front = (refused: Array<string>) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (genesys) => {
      const days = new Map<string, string>()
      const pages = new Map<string, number>()
      const nameOf = (method: string, url: URL, text: string): string => {
        const day = /"interval":"(.{10})/.exec(text)?.[1]
        if (url.pathname === jobs) return `${day} submit`
        if (url.pathname === query) return `${day} query ${/"pageNumber":(\d+)/.exec(text)?.[1]}`
        if (url.pathname === "/api/v2/users") return `users ${url.searchParams.get("pageNumber")}`
        const [, id = "", results] = /\/jobs\/([^/]+)(\/results)?$/.exec(url.pathname) ?? []
        if (results === undefined) return `${days.get(id)} ${method === "DELETE" ? "delete" : "status"}`
        pages.set(id, (pages.get(id) ?? 0) + 1)
        return `${days.get(id)} results ${pages.get(id)}`
      }
      return HttpClient.make((request, url) => {
        const text = bodyOf(request)
        const name = nameOf(request.method, url, text)
        const status = refusals.get(name)
        if (status !== undefined && !refused.includes(name)) {
          refused.push(name)
          const body = { message: "not this time", code: "refused", status, contextId: "1", details: [], errors: [] }
          return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(body, { status })))
        }
        if (url.pathname !== jobs) return genesys.execute(request)
        return Effect.flatMap(genesys.execute(request), (response) =>
          Effect.map(response.text, (answer) => {
            days.set(/"jobId":"([^"]+)"/.exec(answer)?.[1] ?? "", name.slice(0, 10))
            const { headers, status: given } = response
            return HttpClientResponse.fromWeb(request, new Response(answer, { status: given, headers }))
          })
        )
      })
    })
  )

const refused: Array<string> = []
const world = Layer.merge(
  Stack.layerTransport(
    Layer.provideMerge(front(refused), Simulator.layerHttpClient({ conversationsPerHour: 15, users: 300 }))
  ),
  NodeServices.layer
)

it.effect("at the end of two runs the copy is what the simulator has", () =>
  Effect.gen(function* () {
    const directory = yield* Files.temporary
    const both = Effect.all([
      World.running(Exporter.conversations({ since, until, pageSize: 100, openEvery: "10 days" })),
      World.running(Exporter.users())
    ])
    yield* World.start
    yield* TestClock.adjust("132 hours")
    yield* Effect.gen(function* () {
      const [first, people] = yield* both
      assert.sameMembers(refused, [...refusals.keys()])
      // What can be asked for again at once is; the others are left to the next run, and nothing stops for them.
      const failed = first.failed.map(({ partition }) => partition.day)
      assert.sameMembers(failed, ["1970-03-01", "1970-03-02", "1970-03-06"])
      assert.deepStrictEqual([first.pending, people.failed], [0, []])
      yield* TestClock.adjust("12 days")
      for (const summary of yield* both) assert.deepStrictEqual([summary.failed, summary.pending], [[], 0])
    }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
    assert.deepStrictEqual(Files.rows(directory, Files.conversations), yield* World.truth(Day.range(since, until)))
    assert.strictEqual(Files.rows(directory, Files.users).size, 300)
  }).pipe(Effect.provide(world))
)
