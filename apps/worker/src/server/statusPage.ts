/**
 * `GET /`: a page that shows what `/status` tells, and `GET /status/events`, which tells it anew every two seconds as Server-Sent
 * Events. The page asks nobody but this worker: its policy forbids whatever else could come into it.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { headers } from "./pageHeaders.ts"

const files = {
  "/": { name: "index.html", contentType: "text/html; charset=utf-8" },
  "/page.css": { name: "page.css", contentType: "text/css; charset=utf-8" },
  "/page.js": { name: "page.js", contentType: "text/javascript; charset=utf-8" },
  "/icon.svg": { name: "icon.svg", contentType: "image/svg+xml" }
} as const

type FilePath = keyof typeof files

const file = (path: FilePath) => {
  const { contentType, name } = files[path]
  return HttpRouter.add(
    "GET",
    path,
    Effect.suspend(() => {
      const folder = dirname(createRequire(import.meta.url).resolve("#page"))
      return HttpServerResponse.file(join(folder, name), { contentType, headers })
    })
  )
}

const events = Effect.gen(function* () {
  // One for all who look.
  const answer = yield* Effect.cached(
    Effect.flatMap(
      Effect.promise(() => import("./statusEvents.ts")),
      ({ make }) => make
    )
  )
  return HttpRouter.add("GET", "/status/events", Effect.flatten(answer))
})

export const routes = Layer.mergeAll(
  file("/"),
  file("/page.css"),
  file("/page.js"),
  file("/icon.svg"),
  Layer.unwrap(events)
)
