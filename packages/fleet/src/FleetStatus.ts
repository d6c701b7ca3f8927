/** Who is in a fleet and who does what, as its database tells it: the same to each of its workers, and to whoever asks from outside. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Cluster from "./Cluster.ts"
import { DatabaseFailure, schema } from "./internal/fleetSchema.ts"
import * as Session from "./internal/session.ts"

/** A worker of the fleet. */
export interface Runner {
  readonly address: string
  readonly group: string
  /** Whether the others reach it. */
  readonly healthy: boolean
  /** Parts of the work of the fleet that it has a lease on. */
  readonly shards: number
  /** A name of its settings, if it has told it: workers of a group should have the same. */
  readonly settings?: string
}

/** A job, and who has it now. */
export interface Job {
  readonly name: string
  /** Workers of one group share their jobs. */
  readonly group: string
  /** Who has it. */
  readonly runner: string
  readonly since: string
  /** When the run that was begun last was due, if there was one. */
  readonly dueAt?: string
  /** Whether that one was done. */
  readonly done?: boolean
}

/** A token that the fleet shares, without the token. */
export interface Token {
  /** A name that tells nothing of whose it is. */
  readonly name: string
  readonly changedAt: string
}

/** Calls of a token, leased by one worker to all that share it. */
export interface Budget {
  /** The fingerprint of the token. */
  readonly token: string
  readonly host: string
  /** Who leases them. */
  readonly runner: string
  readonly since: string
  /** How many workers share it. */
  readonly workers: number
}

/** All that the database tells of a fleet at one moment. */
export interface FleetStatus {
  readonly runners: ReadonlyArray<Runner>
  readonly jobs: ReadonlyArray<Job>
  readonly tokens: ReadonlyArray<Token>
  readonly budgets: ReadonlyArray<Budget>
}

const Jobs = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    runner: Schema.String,
    since: Schema.String,
    due: Schema.NullOr(Schema.String),
    done: Schema.Boolean
  })
)
const Tokens = Schema.Array(Schema.Struct({ name: Schema.String, changed: Schema.String }))
const Budgets = Schema.Array(
  Schema.Struct({ name: Schema.String, runner: Schema.String, since: Schema.String, workers: Schema.Int })
)
const Leases = Schema.Array(Schema.Struct({ address: Schema.NullOr(Schema.String), shards: Schema.Int }))
const decodeJobs = Schema.decodeUnknownEffect(Jobs)
const decodeTokens = Schema.decodeUnknownEffect(Tokens)
const decodeBudgets = Schema.decodeUnknownEffect(Budgets)
const Members = Schema.Array(Schema.Struct({ address: Schema.String, settings: Schema.String }))
const decodeMembers = Schema.decodeUnknownEffect(Members)
const decodeLeases = Schema.decodeUnknownEffect(Leases)

const iso = (column: string) => `pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const jobOf = ({ done, due, name, runner, since }: (typeof Jobs.Type)[number]): Job => ({
  name: name.slice(name.indexOf("/") + 1),
  group: name.slice(0, name.indexOf("/")),
  runner,
  since,
  ...(due === null ? {} : { dueAt: due, done })
})

const budgetOf = ({ name, runner, since, workers }: (typeof Budgets.Type)[number]): Budget => ({
  token: name.slice(name.lastIndexOf("/") + 1),
  host: name.slice(0, name.lastIndexOf("/")),
  runner,
  since,
  workers
})

const withSettings = (runner: Runner, name: string | undefined): Runner =>
  name === undefined ? runner : { ...runner, settings: name }

/** The workers of each group whose settings are not those that most of it have. */
export const differing = (runners: ReadonlyArray<Runner>): ReadonlyArray<Runner> =>
  Object.values(Arr.groupBy(runners, ({ group }) => group)).flatMap((group) => {
    const told = group.flatMap(({ settings }) => (settings === undefined ? [] : [settings]))
    const counts = Object.entries(Arr.groupBy(told, (name) => name))
    const [usual] = counts.toSorted(([, one], [, other]) => other.length - one.length)[0] ?? []
    return group.filter(({ settings = usual }) => settings !== usual)
  })

/** What reads it, as often as it is asked. */
export const make: Effect.Effect<
  Effect.Effect<FleetStatus, DatabaseFailure>,
  never,
  PgClient.PgClient | RunnerStorage.RunnerStorage
> = Effect.gen(function* () {
  const { query } = Session.make(yield* PgClient.PgClient)
  const { getRunners } = yield* RunnerStorage.RunnerStorage
  return Effect.gen(function* () {
    const runners = yield* Effect.mapError(
      getRunners,
      () => new DatabaseFailure({ message: "The workers of the fleet cannot be read from its database." })
    )
    const addresses = new Set(runners.map(([{ address }]) => Cluster.nameOf(address)))
    const jobs = yield* query(
      `SELECT name, runner, ${iso("since")} AS since, ${iso("due_at")} AS due, done FROM ${schema}.job
       WHERE runner IS NOT NULL ORDER BY name`
    )
    const tokens = yield* query(
      `SELECT name, ${iso("changed_at")} AS changed FROM ${schema}.token ORDER BY changed_at DESC`
    )
    const budgets = yield* query(
      `SELECT name, runner, ${iso("since")} AS since, workers FROM ${schema}.budget ORDER BY name`
    )
    const leases = yield* query(
      `SELECT address, pg_catalog.count(*)::int AS shards FROM ${schema}.cluster_locks
       WHERE acquired_at > pg_catalog.now() - interval '${Cluster.expiration}' GROUP BY address`
    )
    const members = yield* query(`SELECT address, settings FROM ${schema}.worker WHERE settings IS NOT NULL`)
    const settings = new Map(
      (yield* Effect.orDie(decodeMembers(members))).map((member) => [member.address, member.settings] as const)
    )
    const shards = new Map(
      (yield* Effect.orDie(decodeLeases(leases))).map((lease) => [lease.address, lease.shards] as const)
    )
    return {
      runners: runners
        .map(([{ address, groups }, healthy]) =>
          withSettings(
            {
              address: Cluster.nameOf(address),
              group: Cluster.groupOf(groups),
              healthy,
              shards: shards.get(`${address.host}:${address.port}`) ?? 0
            },
            settings.get(Cluster.nameOf(address))
          )
        )
        .toSorted((one, other) => (one.address < other.address ? -1 : 1)),
      // What a worker had that is gone is nobody's, until another one takes it.
      jobs: (yield* Effect.orDie(decodeJobs(jobs))).map(jobOf).filter(({ runner }) => addresses.has(runner)),
      tokens: (yield* Effect.orDie(decodeTokens(tokens))).map(({ changed, name }) => ({
        name: name.slice(0, 12),
        changedAt: changed
      })),
      budgets: (yield* Effect.orDie(decodeBudgets(budgets))).map(budgetOf).filter(({ runner }) => addresses.has(runner))
    }
  }).pipe(
    Effect.withTracerEnabled(false),
    Effect.timeoutOrElse({
      duration: "5 seconds",
      orElse: () =>
        Effect.fail(new DatabaseFailure({ message: "The database of the fleet has not answered within 5s." }))
    })
  )
})
