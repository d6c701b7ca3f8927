/** What a worker says of itself: JSON without secrets, in which a token is named by its fingerprint. */
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { Outcome, TokenStatus } from "@effect-genesys/auth/TokenStatus"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { RateBudget } from "@effect-genesys/client/RateBudget"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { FleetReport } from "./FleetView.ts"
import { type Renewal, Renewals } from "../Renewals.ts"
import type { JobState } from "../jobs/JobState.ts"

/** A `TokenStatus` as JSON: each moment is a text. */
export interface ToldToken extends Pick<TokenStatus, "state" | "renewing" | "generation" | "fingerprint"> {
  readonly issuedAt?: string
  readonly expiresAt?: string
  readonly renewAt?: string
  readonly notBefore?: string
  readonly lastOutcome?: Omit<Outcome, "at"> & { readonly at: string }
}

export interface OrgStatus {
  readonly name: string
  readonly region: string
  readonly token: ToldToken
  readonly tokenSecondsLeft: number
  /** What is left of the calls of a minute, as the last answers told it. */
  readonly budgets: ReadonlyArray<RateBudget>
  /** How its token was renewed, the newest last. */
  readonly renewals: ReadonlyArray<Renewal>
}

export interface WorkerStatus {
  readonly version: string
  readonly startedAt: string
  /** The moment of which this tells. */
  readonly at: string
  readonly state: "starting" | "running" | "stopping"
  /** Why it is not ready, as `/readyz` says it; empty if it is. */
  readonly unready: ReadonlyArray<string>
  readonly orgs: ReadonlyArray<OrgStatus>
  readonly jobs: ReadonlyArray<JobState>
  /** Of the fleet that it is one of. */
  readonly cluster?: FleetReport
}

const moment = (name: "issuedAt" | "expiresAt" | "renewAt" | "notBefore", at: DateTime.Utc | undefined) =>
  at === undefined ? {} : { [name]: DateTime.formatIso(at) }

const toldOf = ({ expiresAt, issuedAt, lastOutcome, notBefore, renewAt, ...status }: TokenStatus): ToldToken => ({
  ...Struct.pick(status, ["state", "renewing", "generation"]),
  ...(status.fingerprint === undefined ? {} : { fingerprint: status.fingerprint }),
  ...moment("issuedAt", issuedAt),
  ...moment("expiresAt", expiresAt),
  ...moment("renewAt", renewAt),
  ...moment("notBefore", notBefore),
  ...(lastOutcome === undefined ? {} : { lastOutcome: { ...lastOutcome, at: DateTime.formatIso(lastOutcome.at) } })
})

/** Of an org whose services are there. */
export const ofOrg = Effect.fnUntraced(function* (name: string) {
  const { region } = yield* Environment
  const status = yield* TokenManager.use((manager) => manager.status)
  const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
  return {
    name,
    region: region.name,
    token: toldOf(status),
    tokenSecondsLeft: Math.round(Duration.toSeconds(status.remaining(now))),
    budgets: yield* GenesysClient.use(({ budgets }) => budgets),
    renewals: yield* Effect.flatten(Renewals)
  } satisfies OrgStatus
})

/** How far an export is behind is told as it is now, not as it was after a run. */
export const ofJob = ({ report, ...state }: JobState): JobState =>
  report === undefined ? state : { ...state, report: Struct.omit(report, ["lagSeconds"]) }

const nobody =
  "No worker of the fleet has the job: the one that it falls to does not know it, or is starting. Give all workers the same settings."

/** One that stands by is another worker's, if there is one that has it. */
export const inFleet = (job: JobState, report: FleetReport): JobState => {
  if (job.state !== "standby" || "problem" in report) return job
  const group = report.runners.find(({ address }) => address === report.address)?.group
  const isHeld = report.jobs.some((one) => one.name === job.name && one.group === group)
  return isHeld || job.standsBy === undefined ? job : { ...job, standsBy: nobody }
}

/** Why a job is not done, if it is not: of a `stopped` one, its org tells, and one that stands by is done by another worker. */
export const unreadyJob = ({ failures, lastRun, name, nextRunAt, state }: JobState): ReadonlyArray<string> => {
  const todo = "The log says more; please report it."
  if (state === "ended") return [`job ${name}: it is not started any more. ${todo}`]
  if (state === "broken") {
    return [
      `job ${name}: it cannot be started, by a defect of this program, and is tried again at ${nextRunAt}. ${todo}`
    ]
  }
  if (failures === 0 || state === "stopped" || state === "standby") return []
  const again = state === "running" ? "is tried again now" : `is tried again at ${nextRunAt}`
  return [
    `job ${name}: its last ${failures === 1 ? "run has" : `${failures} runs have`} failed, and it ${again}. ${lastRun?.message ?? "Why, the log of the worker says that had it before."}`
  ]
}

/** Why no job of the fleet can be done here, if that is so. */
export const unreadyFleet = (report: FleetReport): ReadonlyArray<string> =>
  "problem" in report ? [`fleet: no job is started while its database cannot be asked. ${report.problem}`] : []

/** Why an org cannot be worked for now, if it cannot. */
export const unready = Effect.fnUntraced(function* (name: string) {
  const { lastOutcome, state } = yield* TokenManager.use((manager) => manager.status)
  const why = lastOutcome?.message ?? ""
  if (state === "refused") return [`org ${name}: the credentials are refused. ${why}`]
  return state === "waiting" && why !== "" ? [`org ${name}: there is no token. ${why}`] : []
})
