import { assert, describe, it } from "@effect/vitest"
import { EventEmitter } from "node:events"
import { lazily } from "../LazyNode.ts"

/** What the code of a bundle makes of these modules, and which of them were loaded by then. */
const run = (code: string) => {
  const loaded: Array<string> = []
  const modules: Record<string, unknown> = {
    "node:tls": { connect: () => "connected", Server: EventEmitter },
    "node:net": { Socket: EventEmitter },
    "node:path": { sep: "/" }
  }
  const require = (name: string) => {
    loaded.push(name)
    return modules[name]
  }
  const helpers = { __toESM: (module: object) => ({ ...module, default: module }) }
  // oxlint-disable-next-line no-implied-eval -- It is code that a bundler makes.
  const made: unknown = new Function("require", "helpers", `${lazily("some.cjs", code)}\nreturn result`)(
    require,
    helpers
  )
  return { loaded, result: made }
}

describe("a module of Node in a bundle", () => {
  it("is loaded when it is used", () => {
    const code = 'let node_tls = require("node:tls");\nconst result = () => node_tls.connect();'
    const { loaded, result } = run(code)
    assert.deepStrictEqual(loaded, [])
    assert(typeof result === "function")
    assert.strictEqual(result(), "connected")
    assert.deepStrictEqual(loaded, ["node:tls"])
  })

  it("is loaded once, with what the bundler does to a namespace", () => {
    const code = [
      'let t = require("node:tls");',
      "t = helpers.__toESM(t, 1);",
      "const result = [(0, t.connect)(), t.default.connect(), new t.Server() instanceof t.Server];"
    ].join("\n")
    const { loaded, result } = run(code)
    assert.deepStrictEqual(result, ["connected", "connected", true])
    assert.deepStrictEqual(loaded, ["node:tls"])
  })

  it("is asked before one of its classes is made, however deep that lies", () => {
    const code = [
      'let t = require("node:tls");',
      "t = helpers.__toESM(t, 1);",
      "const result = [new t.default.Server() instanceof t.Server, new (t.default).Server() instanceof t.Server];"
    ].join("\n")
    assert.deepStrictEqual(run(code).result, [true, true])
  })

  it("is loaded at once by a class that extends one of it", () => {
    const code =
      'let node_net = require("node:net");\nclass Mine extends node_net.Socket {}\nconst result = new Mine() instanceof node_net.Socket;'
    assert.deepStrictEqual(run(code), { loaded: ["node:net"], result: true })
  })

  it("stays as it is where it is used as a whole, or its name means something else, too", () => {
    for (const code of [
      'let node_path = require("node:path");\nconst result = { ...node_path };',
      'let node_path = require("node:path");\nconst result = ((node_path) => node_path.sep)({ sep: "/" }) && { sep: node_path.sep };'
    ]) {
      assert.strictEqual(lazily("some.cjs", code), code)
      assert.deepStrictEqual(run(code), { loaded: ["node:path"], result: { sep: "/" } })
    }
  })

  it("is not meant by a member or a key of that name", () => {
    const code = 'let tls = require("node:tls");\nconst made = { tls: 1 };\nconst result = [made.tls, tls.connect()];'
    assert.deepStrictEqual(run(code), { loaded: ["node:tls"], result: [1, "connected"] })
    assert.notStrictEqual(lazily("some.cjs", code), code)
  })
})
