/**
 * Databases for tests, each of which nobody else has, in the one server of the run. The roles are those of all: a test names its own after
 * its database. A test that stops the server, or says how it is, has one of its own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { randomInt } from "node:crypto"
import * as Database from "./Database.ts"
import * as PostgresServer from "./PostgresServer.ts"

/** The server of a test, to which that does what it likes. */
export class OwnServer extends Context.Service<
  OwnServer,
  {
    readonly port: number
    /** The directory of its socket. */
    readonly socket: string
    readonly start: Effect.Effect<void>
    readonly stop: Effect.Effect<void>
  }
>()("test/Postgres/OwnServer") {}

export class Postgres extends Context.Service<
  Postgres,
  {
    /** Of a database that nobody else has. */
    readonly database: Effect.Effect<string>
  }
>()("test/Postgres") {
  static readonly layer = Layer.effect(
    Postgres,
    Effect.gen(function* () {
      const place = yield* Effect.promise(() => PostgresServer.shared())
      const { database, drop } = databases(place)
      yield* Effect.addFinalizer(() => Effect.andThen(drop, Database.disconnect(place.port)))
      return { database }
    })
  )

  /** In a server of its own. */
  static readonly layerWith = (options: PostgresServer.Options): Layer.Layer<OwnServer | Postgres> =>
    Layer.effectContext(
      Effect.gen(function* () {
        const server = yield* Effect.promise(() => PostgresServer.make(options))
        const start = Effect.promise(() => server.start())
        const stop = Effect.andThen(
          Database.disconnect(server.port),
          Effect.promise(() => server.stop())
        )
        yield* Effect.acquireRelease(start, () => stop)
        const { port, socket } = server
        return Context.make(OwnServer, { port, socket, start, stop }).pipe(
          Context.add(Postgres, { database: databases(server).database })
        )
      })
    )

  static readonly layerOwn = Postgres.layerWith({})
}

const databases = ({ password, port }: PostgresServer.Place) => {
  const made: Array<string> = []
  const urlOf = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
  const say = (statement: string) => Database.query(Redacted.make(urlOf("postgres")), statement)
  return {
    database: Effect.suspend(() => {
      const name = `test${randomInt(2 ** 47)}`
      // Copying files costs half of what logging each page does.
      made.push(name)
      return Effect.as(say(`CREATE DATABASE ${name} STRATEGY file_copy`), urlOf(name))
    }),
    drop: Effect.suspend(() =>
      Effect.forEach(made.splice(0), (name) => say(`DROP DATABASE ${name} WITH (FORCE)`), { discard: true })
    )
  }
}
