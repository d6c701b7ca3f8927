/** What is read of `/status` from outside. A worker of another version may have more to tell. */
import * as Schema from "effect/Schema"

const Progress = Schema.Struct({
  rows: Schema.Finite,
  unitsEnded: Schema.Finite,
  unitsDue: Schema.Finite,
  units: Schema.Array(Schema.Struct({ unit: Schema.String, since: Schema.String, rows: Schema.Finite }))
})

const Events = Schema.Struct({
  topics: Schema.Finite,
  rows: Schema.Finite,
  gaps: Schema.Finite,
  openGaps: Schema.Finite
})

const Job = Schema.Struct({
  name: Schema.String,
  kind: Schema.String,
  org: Schema.String,
  state: Schema.String,
  nextRunAt: Schema.optionalKey(Schema.String),
  runningSince: Schema.optionalKey(Schema.String),
  lagSeconds: Schema.optionalKey(Schema.Finite),
  lastRun: Schema.optionalKey(Schema.Struct({ outcome: Schema.String, endedAt: Schema.String })),
  progress: Schema.optionalKey(Progress),
  events: Schema.optionalKey(Events)
})

const Token = Schema.Struct({
  state: Schema.String,
  renewing: Schema.Boolean,
  issuedAt: Schema.optionalKey(Schema.String),
  expiresAt: Schema.optionalKey(Schema.String),
  renewAt: Schema.optionalKey(Schema.String)
})

const Org = Schema.Struct({
  name: Schema.String,
  region: Schema.String,
  token: Token,
  budgets: Schema.Array(Schema.Struct({ kind: Schema.String, allowed: Schema.Finite, used: Schema.Finite })),
  renewals: Schema.Array(
    Schema.Struct({ at: Schema.String, result: Schema.String, message: Schema.optionalKey(Schema.String) })
  )
})

const Fleet = Schema.Struct({
  address: Schema.String,
  runners: Schema.Array(
    Schema.Struct({ address: Schema.String, group: Schema.String, healthy: Schema.Boolean, shards: Schema.Finite })
  ),
  jobs: Schema.Array(Schema.Struct({ name: Schema.String, runner: Schema.String })),
  tokens: Schema.Array(Schema.Struct({ name: Schema.String, changedAt: Schema.String }))
})

export const ToldStatus = Schema.Struct({
  version: Schema.String,
  startedAt: Schema.String,
  at: Schema.String,
  state: Schema.String,
  unready: Schema.Array(Schema.String),
  orgs: Schema.Array(Org),
  jobs: Schema.Array(Job),
  cluster: Schema.optionalKey(Schema.Union([Fleet, Schema.Struct({ address: Schema.String, problem: Schema.String })]))
})
export type ToldStatus = typeof ToldStatus.Type
