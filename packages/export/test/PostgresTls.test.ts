/** What reaches a server, of each kind of server: the real one with its certificate, and one that only wants the password. `PROVE=1`: the real one without TLS, too, of which else a false one tells, and many more rows. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Certificates from "../../client/test/network/Certificates.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as PostgresUrl from "../src/PostgresUrl.ts"
import { Sink } from "../src/Sink.ts"
import * as FakePostgres from "./FakePostgres.ts"
import { OwnServer, Postgres } from "./Postgres.ts"

const isProof = process.env["PROVE"] !== undefined
const password = "canary"

/** Opens a sink there, and answers what is said of it. */
const opened = (url: string, ca?: string) =>
  Effect.scoped(Layer.build(PostgresSink.layerUrl({ url: Redacted.make(url), ca })))

describe("a server that wants the password", () => {
  const { asks, certificate, modes } = {
    modes: ["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
    asks: {
      "at once": [FakePostgres.cleartextPassword],
      "after it has said that there is no need": [
        Buffer.concat([FakePostgres.authenticationOk, FakePostgres.cleartextPassword])
      ],
      "a moment after that": [FakePostgres.authenticationOk, FakePostgres.notice, FakePostgres.cleartextPassword],
      "in pieces": [FakePostgres.cleartextPassword.subarray(0, 3), FakePostgres.cleartextPassword.subarray(3)]
    },
    certificate: Effect.flatMap(Certificates.makeAuthority("an impostor"), ({ issue }) =>
      issue({ hosts: ["localhost"] })
    )
  }

  for (const [when, pieces] of Object.entries(asks)) {
    for (const tls of ["N", "S"]) {
      it.live(`${when}, and answers ${tls} to a request for TLS, never gets it in any mode`, () =>
        Effect.gen(function* () {
          const authority = yield* Certificates.makeAuthority("the right one")
          const ca = Certificates.file(authority.cert)
          yield* Effect.forEach(
            modes,
            (mode) =>
              Effect.scoped(
                Effect.gen(function* () {
                  const fake = yield* FakePostgres.start({
                    tls,
                    asks: pieces,
                    ...(tls === "S" ? { certificate: yield* certificate } : {})
                  })
                  const query = mode === "" ? "" : `?sslmode=${mode}`
                  const url = `postgres://me:${password}@localhost:${fake.port}/contacts${query}`
                  const error = yield* Effect.flip(opened(url, mode.startsWith("verify") ? ca : undefined))
                  assert.isAbove(fake.connections(), 0, mode)
                  assert.notInclude(fake.heard(), password, mode)
                  assert.notInclude(JSON.stringify(error) + error.message, password, mode)
                  if (mode.startsWith("verify") || (mode === "require" && tls === "N")) {
                    // Not even who it would have been.
                    assert.notInclude(fake.heard(), "contacts", mode)
                    const why =
                      tls === "N" ? /does not support TLS\. Nothing was sent/ : /Nobody whom this program trusts/
                    assert.match(error.message, why)
                  } else {
                    assert.match(error.message, /asks for the password in the clear, and nobody has verified who it is/)
                  }
                })
              ),
            { concurrency: "unbounded" }
          )
        })
      )
    }
  }

  for (const [what, tls] of [
    ["that puts a message of its own before TLS", "SE\0\0\0\x10"],
    ["that puts one after its refusal of TLS", "NR\0\0\0\x08\0\0\0\x03"],
    ["that is none", "HTTP/1.1 400 Bad Request\r\n\r\n"]
  ] as const) {
    it.live(`${what} is left at once`, () =>
      Effect.gen(function* () {
        for (const mode of ["prefer", "require", "verify-full"]) {
          const fake = yield* FakePostgres.start({ tls })
          yield* Effect.flip(opened(`postgres://me:${password}@localhost:${fake.port}/contacts?sslmode=${mode}`))
          assert.notInclude(fake.heard(), password)
          assert.notInclude(fake.heard(), "contacts")
        }
      }).pipe(Effect.scoped)
    )
  }

  it.live("that never answers is given up after connect_timeout", () =>
    Effect.gen(function* () {
      const silent = Effect.fnUntraced(function* ([tls, mode]: readonly [string, string]) {
        const fake = yield* FakePostgres.start({ tls, asks: [] })
        const url = `postgres://me:${password}@localhost:${fake.port}/a?connect_timeout=1&sslmode=${mode}`
        assert.match((yield* Effect.flip(opened(url))).message, /timed out/)
      })
      const cases = ["prefer", "require", "verify-full"].flatMap((mode) => [["", mode] as const, ["S", mode] as const])
      yield* Effect.forEach([["", "disable"] as const, ...cases], silent, { concurrency: "unbounded" })
    }).pipe(Effect.scoped)
  )
})

const authority = Effect.runSync(Effect.cached(Certificates.makeAuthority("of the database")))

/** A server with TLS, for this name alone. Whoever is `clear` is asked for the password in the clear. */
const server = Layer.unwrap(
  Effect.gen(function* () {
    const tls = yield* (yield* authority).issue({ hosts: ["localhost"] })
    const access = [
      "host all clear all password",
      "hostssl all guarded all scram-sha-256",
      "host all guarded all reject"
    ]
    return Postgres.layerWith({ tls, access })
  })
)

const connected = Effect.fnUntraced(function* (url: string, ca?: string) {
  const config = yield* PostgresUrl.parse({ url: Redacted.make(url), ca })
  return yield* Effect.gen(function* () {
    const sql = yield* PgClient.PgClient
    const [row] = yield* sql.unsafe<{ ssl: boolean; me: string }>(
      "SELECT ssl, current_user::text AS me FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    )
    return row
  }).pipe(Effect.provide(PgClient.layer(config)))
}, Effect.provide(NodeServices.layer))

const people = Effect.gen(function* () {
  const { database } = yield* Postgres
  const url = new URL(yield* database)
  url.hostname = "localhost"
  const sql = Effect.flatMap(PgClient.PgClient, (client) =>
    Effect.forEach(["clear", "guarded"], (name) =>
      Effect.ignore(client.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`))
    )
  )
  yield* Effect.provide(sql, PgClient.layer({ url: Redacted.make(url.href) }))
  return (name: string, mode: string) => {
    const copy = new URL(url)
    if (name !== "postgres") Object.assign(copy, { username: name, password })
    if (mode !== "") copy.searchParams.set("sslmode", mode)
    return copy.href
  }
})

const options = { excludeTestServices: true, timeout: 60_000 }

layer(server, options)("PostgreSQL with TLS", ({ effect }) => {
  effect("whose certificate is right gets everything, the password in the clear too, if it is verified", () =>
    Effect.gen(function* () {
      const urlOf = yield* people
      const ca = Certificates.file((yield* authority).cert)
      for (const mode of ["verify-full", "verify-ca", "require", ""]) {
        for (const me of ["guarded", "clear"])
          assert.deepStrictEqual(yield* connected(urlOf(me, mode), ca), { ssl: true, me })
      }
      const checkpoint = Sink.use((sink) => sink.checkpoint)
      const sink = PostgresSink.layerUrl({ url: Redacted.make(urlOf("postgres", "verify-full")), ca })
      assert.deepStrictEqual(yield* Effect.provide(checkpoint, sink), {})
    })
  )

  effect("and on this machine is used as libpq would, with what nobody has verified", () =>
    Effect.gen(function* () {
      const urlOf = yield* people
      for (const mode of ["require", "prefer", "allow"])
        assert.deepStrictEqual(yield* connected(urlOf("guarded", mode)), { ssl: true, me: "guarded" })
      for (const mode of ["", "disable"]) {
        assert.deepStrictEqual(yield* connected(urlOf("postgres", mode)), { ssl: false, me: "postgres" })
        assert.match(String(yield* Effect.flip(connected(urlOf("guarded", mode)))), /SqlError/)
      }
      for (const mode of ["require", "prefer", "allow", "disable", ""]) {
        const error = yield* Effect.flip(opened(urlOf("clear", mode)))
        assert.match(error.message, /asks for the password in the clear.*pg_hba\.conf.*sslmode=verify-full/)
      }
      const { port, socket } = yield* OwnServer
      const bySocket = new URL(`?host=${socket}&port=${port}&sslmode=verify-full`, urlOf("postgres", ""))
      assert.deepStrictEqual(yield* connected(bySocket.href), { ssl: false, me: "postgres" })
    })
  )

  effect("whose authority is another one is told from one that is down, with what to do", () =>
    Effect.gen(function* () {
      const urlOf = yield* people
      const wrong = Certificates.file((yield* Certificates.makeAuthority("somebody else")).cert)
      for (const [mode, ca] of [
        ["verify-full", wrong],
        ["verify-ca", wrong],
        ["verify-full", undefined]
      ] as const) {
        const error = yield* Effect.flip(opened(urlOf("clear", mode), ca))
        assert.strictEqual(error._tag, "SinkError")
        assert.match(
          error.message,
          /^PostgreSQL at localhost:\d+\/test\d+ cannot be read or written: .*Nobody whom this program trusts has signed its certificate.*sslrootcert.*PGSSLROOTCERT\. Nothing is lost/
        )
        assert.notInclude(error.message, password)
      }
    })
  )

  effect("with the certificate of another name is refused, unless its own authority is all that is asked for", () =>
    Effect.gen(function* () {
      const urlOf = yield* people
      const byAddress = (mode: string) => urlOf("clear", mode).replace("localhost", "127.0.0.1")
      const ca = Certificates.file((yield* authority).cert)
      for (const mode of ["verify-full", ""]) {
        const error = yield* Effect.flip(opened(byAddress(mode), ca))
        assert.match(error.message, /127\.0\.0\.1.*Name it in the URL as its certificate does.*sslmode=verify-ca/)
        assert.notInclude(error.message, password)
      }
      assert.deepStrictEqual(yield* connected(byAddress("verify-ca"), ca), { ssl: true, me: "clear" })
    })
  )

  effect("carries many rows over a way that nobody has verified, too", () =>
    Effect.gen(function* () {
      const urlOf = yield* people
      const many = isProof ? 20_000 : 2_000
      const config = yield* PostgresUrl.parse({ url: Redacted.make(urlOf("postgres", "require")) }).pipe(
        Effect.provide(NodeServices.layer)
      )
      const rows = Effect.flatMap(PgClient.PgClient, (sql) =>
        sql.unsafe<{ n: number; text: string }>(
          `SELECT n, repeat('x', 1000) AS text FROM generate_series(1, ${many}) n`
        )
      )
      const found = yield* Effect.provide(rows, PgClient.layer({ ...config, maxMessageSize: 1 << 26 }))
      assert.lengthOf(found, many)
      assert.isTrue(found.every(({ text }) => text.length === 1000))
    })
  )
})

layer(Postgres.layerOwn, options)("PostgreSQL without TLS", ({ effect }) => {
  effect.skipIf(!isProof)("is used on this machine, and by nobody who asks for TLS", () =>
    Effect.gen(function* () {
      const urlOf = yield* people
      for (const mode of ["", "disable", "allow", "prefer"])
        assert.deepStrictEqual(yield* connected(urlOf("guarded", mode)), { ssl: false, me: "guarded" })
      for (const mode of ["require", "verify-full"]) {
        const error = yield* Effect.flip(opened(urlOf("guarded", mode)))
        assert.match(error.message, /does not support TLS\. Nothing was sent\. Turn it on/)
      }
    })
  )
})
