/**
 * The processes of a fleet, each by what it is, in the database: two that are at one address, or workers whose settings differ, would go unseen,
 * and jobs would be done twice, or by nobody.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Ref from "effect/Ref"
import { randomUUID } from "node:crypto"
import * as Cluster from "./Cluster.ts"
import { schema } from "./internal/fleetSchema.ts"
import * as Session from "./internal/session.ts"

/** Tells the processes of a fleet apart, and finds out when two of them cannot be in it together. */
export class FleetMembers extends Context.Service<
  FleetMembers,
  {
    /** Tells the others which settings this one has, by a name of them. */
    readonly have: (settings: string) => Effect.Effect<void>
    /** Fails when another process is at the address of this one, which is not one of the fleet any more then. */
    readonly expelled: Effect.Effect<never, ConfigurationError>
  }
>()("@effect-genesys/fleet/FleetMembers") {
  /** To be there before the worker is one of the cluster. */
  static readonly layer = (options: Cluster.ClusterOptions): Layer.Layer<FleetMembers, never, PgClient.PgClient> =>
    Layer.effect(
      FleetMembers,
      Effect.suspend(() => make(options))
    )
}

/** How soon it is seen that another one has come. */
const look = "3 seconds"
/** A worker that has not said that it is there for so long is gone. */
const recent = "interval '10 seconds'"
/** In looks: so long the workers of a group may have different settings, while they are told of new ones. */
const patience = 20

const differing = Metric.gauge("genesys_worker_fleet_other_settings", {
  description:
    "Workers of the group of this one whose settings are others: what only some know of may be done by nobody"
})

/** While the database cannot be asked, nobody can tell. */
const ignored = <A>(effect: Effect.Effect<A, { readonly message: string }>) =>
  Effect.ignore(Effect.withTracerEnabled(effect, false))

const make = Effect.fnUntraced(function* (options: Cluster.ClusterOptions) {
  const { query } = Session.make(yield* PgClient.PgClient)
  const { group = Cluster.defaultGroup } = options
  const address = Cluster.nameOf(options)
  const me = randomUUID()
  const settings = yield* Ref.make<string | undefined>(undefined)
  const expelled = yield* Deferred.make<never, ConfigurationError>()
  let looks = 0

  const come = Effect.flatMap(Ref.get(settings), (name) =>
    query(
      `INSERT INTO ${schema}.worker (address, process, "group", settings, seen_at)
       VALUES ($1::text, $2::text, $3::text, $4::text, pg_catalog.now())
       ON CONFLICT (address) DO UPDATE SET process = excluded.process, "group" = excluded."group",
         settings = excluded.settings, seen_at = excluded.seen_at`,
      [address, me, group, name ?? null]
    )
  )
  const stay = Effect.flatMap(Ref.get(settings), (name) =>
    query(
      `UPDATE ${schema}.worker SET settings = $3::text, seen_at = pg_catalog.now()
       WHERE address = $1::text AND process = $2::text RETURNING 1`,
      [address, me, name ?? null]
    )
  )
  const other = query(`SELECT 1 FROM ${schema}.worker WHERE address = $1::text AND process <> $2::text`, [address, me])
  const leave = query(`DELETE FROM ${schema}.worker WHERE address = $1::text AND process = $2::text`, [address, me])

  /** Says it once, until all have the same again. */
  const compared = Effect.gen(function* () {
    const rows = yield* query(
      `SELECT w.address FROM ${schema}.worker w JOIN ${schema}.worker m ON m.address = $1::text AND m.process = $2::text
       WHERE w."group" = m."group" AND w.settings <> m.settings AND w.seen_at > pg_catalog.now() - ${recent} ORDER BY w.address`,
      [address, me]
    )
    yield* Metric.update(differing, rows.length)
    looks = rows.length === 0 ? 0 : looks + 1
    if (looks !== patience) return
    yield* Effect.logWarning(
      "workers of the fleet have other settings than this one: what only some of them know of may be done by nobody"
    ).pipe(
      Effect.annotateLogs({ event: "fleet.settings", workers: rows.map((row) => String(row["address"])).join(" ") })
    )
  })

  /** The one that came last stays. */
  const seen = Effect.gen(function* () {
    if ((yield* stay).length > 0) return yield* compared
    // Somebody may have emptied the table.
    if ((yield* other).length === 0) return yield* Effect.asVoid(come)
    yield* Deferred.fail(
      expelled,
      new ConfigurationError({
        setting: "address",
        message: `Another worker of the fleet has come with the address of this one, ${address}, so this one ends. Give each an address by which the others reach it and no other one.`
      })
    )
  })
  yield* Effect.acquireRelease(ignored(come), () => ignored(leave))
  yield* Effect.forkScoped(Effect.forever(Effect.delay(ignored(seen), look)))

  return {
    have: (name: string) => Effect.andThen(Ref.set(settings, name), ignored(stay)),
    expelled: Deferred.await(expelled)
  }
})
