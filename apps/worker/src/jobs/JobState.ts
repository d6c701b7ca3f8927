/** What is known of a job: what it does now, when it is due, how its last run ended. It is JSON, and holds no secret. */

/** What a run that is done has to tell, by kind of job. */
export interface JobReport {
  /** Why it was not done, although it has not failed: what is optional, and not permitted. */
  readonly skipped?: string
  readonly [what: string]: unknown
}

export interface JobProgress {
  /** That have come in this run, and may not be in the sink yet. */
  readonly rows: number
  /** That have ended, well or not, of those that are due. */
  readonly unitsEnded: number
  readonly unitsDue: number
  /** Those that are being read. */
  readonly units: ReadonlyArray<{ readonly unit: string; readonly since: string; readonly rows: number }>
}

/** Of a job that keeps what is told. */
export interface JobEvents {
  /** Since when it listens; not there while it does not yet. */
  readonly listeningSince?: string
  readonly topics: number
  /** Topics of a pattern that it does not listen to, and why. */
  readonly leftOut: ReadonlyArray<{
    readonly pattern: string
    readonly reason: string
    readonly topics: number
    readonly permissions: ReadonlyArray<string>
  }>
  /** Written in this run, gaps included. */
  readonly rows: number
  readonly lastEventAt?: string
  readonly writtenAt?: string
  /** In this run: those that are over, and those that are not. */
  readonly gaps: number
  readonly openGaps: number
}

/** What Genesys sends of an export that is not known here, and that only the raw rows have. */
export interface JobDrift {
  readonly table: string
  readonly field: string
  /** A new `field`, another `type` than the column has, which is null there, or a new `value`, which the column has. */
  readonly what: "field" | "type" | "value"
  /** Its type, or the value. */
  readonly came: string
  /** The type of the column. */
  readonly instead?: string | undefined
  /** Since the worker has the job. */
  readonly times: number
}

export interface LastRun {
  readonly startedAt: string
  readonly endedAt: string
  /** `done`, `skipped`, or the tag of the error. */
  readonly outcome: string
  /** What the error says, and what to do. */
  readonly message?: string
}

export interface JobState {
  readonly name: string
  readonly kind: string
  readonly org: string
  /**
   * - `waiting`: until `nextRunAt`; `backing off`: as well, after a failure.
   * - `running`.
   * - `standby`: another worker has it, or its sink; it takes over when that one is gone.
   * - `stopped`: the credentials of its org are refused; it goes on by itself when they are mended.
   * - `broken`: what starts it has failed by a defect of this program, and is tried again at `nextRunAt`.
   * - `ended`: it is not started again.
   */
  readonly state: "waiting" | "running" | "backing off" | "standby" | "stopped" | "broken" | "ended"
  readonly nextRunAt?: string
  /** Who has it, or its sink, while it stands by. */
  readonly standsBy?: string
  /** Since when it runs, while it does. */
  readonly runningSince?: string
  /** How far the run of an export is. */
  readonly progress?: JobProgress
  /** What one that keeps events does. */
  readonly events?: JobEvents
  /** Not there if all is as it should be. */
  readonly drift?: ReadonlyArray<JobDrift>
  readonly runs: number
  /** In a row. */
  readonly failures: number
  /** Of all `runs`. */
  readonly failedRuns: number
  /** When a run was done last, since the worker started. */
  readonly lastSuccessAt?: string
  /** How far an export is behind Genesys at the moment of the question; its sink is taken to be empty until it can be read. */
  readonly lagSeconds?: number
  readonly lastRun?: LastRun
  /** The last runs, that one included, the newest last. */
  readonly history?: ReadonlyArray<LastRun>
  /** Of the last run that had something to tell: one of which a part has failed tells of the rest. */
  readonly report?: JobReport
}
