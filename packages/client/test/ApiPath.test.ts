/** Paths that are not what they look like, in all the ways that dots and slashes can be written, and ids that only look odd. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as ApiPath from "../src/ApiPath.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Route from "../src/Route.ts"
import * as Hostile from "./network/Hostile.ts"

/** Whatever reads such a part of a path as `..` finds itself elsewhere. */
const parts: Readonly<Record<string, ReadonlyArray<string>>> = {
  plain: ["..", ".", "...".slice(1)],
  encoded: ["%2e%2e", "%2E%2e", ".%2e", "%2e.", "%2e", "%u002e%u002e"],
  "encoded twice and more": ["%252e%252e", "%25252e.", ".%2525252525252e", "%%32%65%2e"],
  "encoded without end": [`%${"25".repeat(40)}2e`],
  "with slashes in it": ["..%2f..%2foauth", "..%2Foauth", "a%2f..%2f..%2foauth", "a%252f%252e%252e%252foauth", "a%2f."],
  "with backslashes in it": ["..\\..\\oauth", "..%5c..%5coauth", "..%255coauth", "a\\b"],
  "with parameters": ["..;", "..;a=b", "..%3b", "%2e%2e;x", "..%253bx"],
  "with what looks like a query": ["..%3fa", "..%23a", "a#b", "#"],
  "with blanks and what nobody sees": [
    "..%20",
    "%20..",
    "..%00",
    ".%09.",
    "..%0d%0a",
    "..%e2%80%8b",
    ".\t.",
    "..\n",
    "a\nb"
  ],
  "in full width": ["\uFF0E\uFF0E", "%ef%bc%8e%ef%bc%8e", ".%ef%bc%8e", "\u2025", "..%ef%bc%8foauth", "..\uFF3Coauth"],
  overlong: ["%c0%ae%c0%ae", ".%c0%ae", "..%c0%afoauth", "..%c1%9coauth", "%e0%80%ae.", "%f0%80%80%ae%f0%80%80%ae"],
  "nothing at all": [""]
}

/** Ids as Genesys has them, and keys of tables, which may be anything. */
const fine = [
  "6f1e1b1c-0000-4000-8000-000000000000",
  "me",
  "v2.users.1.presence",
  "jane.doe@example.com",
  "a..b",
  "...",
  ".well-known",
  "..hidden",
  "12/24/2026",
  "50% of it",
  "100%",
  "100%ad",
  "%zz",
  "a;b=c",
  "a+b c",
  "Zoë / Åsa ☎ 東京",
  "c:\\users\\x",
  "what? #1"
]

describe("a part of a path that leads elsewhere is refused", () => {
  for (const [name, all] of Object.entries(parts)) {
    it(name, () => {
      for (const part of all) {
        for (const path of [`/api/v2/users/${part}`, `/api/v2/users/${part}/roles`, `/api/v2/${part}/users?a=b`]) {
          assert.isDefined(ApiPath.check(path), JSON.stringify(path))
          if (part !== "") assert.isTrue(ApiPath.leadsElsewhere(path), JSON.stringify(path))
        }
      }
    })
  }

  it("an id that is encoded as it should be, and is such a part all the same", () => {
    for (const id of Object.values(parts).flat()) {
      // A backslash, a # and a line break that are encoded are parts of an id.
      if (/^(?:a\\b|a#b|#|a\nb)$/.test(id)) continue
      assert.isDefined(ApiPath.check(Route.path("/api/v2/users/{userId}/roles", { userId: id })), JSON.stringify(id))
    }
  })
})

describe("an id that only looks odd", () => {
  for (const id of fine) {
    it(id, () => {
      const path = Route.path("/api/v2/flows/datatables/t/rows/{rowId}", { rowId: id })
      assert.isUndefined(ApiPath.check(path))
      const { pathname } = new URL(`https://api.mypurecloud.com${path}`)
      assert.strictEqual(decodeURIComponent(pathname.split("/").at(-1) ?? ""), id)
    })
  }
})

it("the query may hold anything but what ends it", () => {
  assert.isUndefined(ApiPath.check("/api/v2/users?next=../../x&y=%2e%2e%2f"))
  assert.isDefined(ApiPath.check("/api/v2/users?a=b#c"))
})

it("what is checked is what is sent: a path that passes has the same parts for the URL parser", () => {
  const pieces = ["a", ".", "..", "%2e", "%2f", "%5c", ";", "%", "25", "\\", "\t", "é", " ", "#", "?", "\uFF0E"]
  for (let i = 0; i < 4_000; i++) {
    const part = Array.from(
      { length: 1 + (i % 5) },
      (_, at) => pieces[((i + 7) * (at + 3) * 2_654_435_761) % pieces.length]
    )
    const path = `/api/v2/users/${part.join("")}/roles`
    if (ApiPath.check(path) !== undefined) continue
    const { hash, pathname } = new URL(`https://api.mypurecloud.com${path}`)
    assert.strictEqual(hash, "")
    assert.lengthOf(pathname.split("/"), path.split("?", 1)[0]!.split("/").length, JSON.stringify(path))
    assert.isTrue(pathname.startsWith("/api/v2/users/"), JSON.stringify(path))
  }
})

it("it takes time by the length of the path, and no more", () => {
  for (const piece of ["%2e", "../", "%25", "%c0%ae", ".;", "%u002e", "\uFF0E", "%", "a/", " .", "%e2%80%8b"]) {
    const path = `/api/v2/users/${piece.repeat(65_536 / piece.length)}`
    ApiPath.check(path)
    // Of the processor, not of a clock: others may use the machine.
    const begun = process.cpuUsage()
    ApiPath.check(path)
    assert.isBelow(process.cpuUsage(begun).user / 1000, 400, piece)
  }
})

it.live("nothing of it reaches the API", () =>
  Effect.gen(function* () {
    const api = yield* Hostile.serve((response) => response.end("{}"))
    yield* Effect.gen(function* () {
      const { http, text } = yield* GenesysClient
      for (const part of Object.values(parts).flat()) {
        for (const method of ["GET", "DELETE", "POST"] as const) {
          const request = HttpClientRequest.make(method)(`/api/v2/users/${part}/roles`)
          const call = method === "GET" ? Effect.asVoid(http.execute(request)) : Effect.asVoid(text(request))
          const error = yield* Effect.flip(call)
          assert.strictEqual(error._tag, "InvalidRequestError", part)
        }
      }
      yield* text(HttpClientRequest.get("/api/v2/users/a..b"))
    }).pipe(Effect.provide(Hostile.layer(api.url)))
    assert.deepStrictEqual(
      api.requests.map(({ path }) => path),
      ["/api/v2/users/a..b"]
    )
  })
)
