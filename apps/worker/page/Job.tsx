import type { JobEvents, JobProgress, JobState, LastRun } from "../src/jobs/JobState.ts"
import { Moment } from "./Moment.tsx"
import { between, count, counted, local, span, timeLeft } from "../src/server/words.ts"

/** Whether somebody should look at it. */
export const needsAttention = ({ failures, state }: JobState): boolean =>
  failures > 0 || state === "stopped" || state === "broken" || state === "ended"

const tone = (job: JobState) => (needsAttention(job) ? "bad" : job.state === "running" ? "busy" : "")

const runTone = ({ outcome }: LastRun) => (outcome === "done" ? "good" : outcome === "skipped" ? "" : "bad")

const runWords = ({ endedAt, message, outcome, startedAt }: LastRun) =>
  `${local(startedAt)}: ${outcome}, took ${span(between(startedAt, endedAt))}${message === undefined ? "" : `. ${message}`}`

const rest = (progress: JobProgress, since: string | undefined, now: string) => {
  const left = timeLeft(progress, since, now)
  return left === undefined ? "" : `, about ${span(left)} left`
}

const Progress = ({ job, now, progress }: { job: JobState; progress: JobProgress; now: string }) => (
  <div class="progress">
    <progress
      aria-label={`Units of ${job.name} that are done`}
      max={Math.max(1, progress.unitsDue)}
      value={progress.unitsEnded}
    />
    <p>
      {count(progress.unitsEnded)} of {counted(progress.unitsDue, "unit")}, {counted(progress.rows, "row")}
      {rest(progress, job.runningSince, now)}
    </p>
    {progress.units.length === 0 ? undefined : (
      <ul>
        {progress.units.map(({ rows, since, unit }) => (
          <li key={unit}>
            {unit}: {counted(rows, "row")} in {span(between(since, now))}
          </li>
        ))}
      </ul>
    )}
  </div>
)

const Events = ({ events, now }: { events: JobEvents; now: string }) => (
  <div>
    <p>
      {events.listeningSince === undefined ? (
        "Does not listen yet"
      ) : (
        <>
          Listening since <Moment at={events.listeningSince} now={now} />
        </>
      )}{" "}
      to {counted(events.topics, "topic")}: {counted(events.rows, "row")} written
      {events.lastEventAt === undefined ? undefined : (
        <>
          , last event <Moment at={events.lastEventAt} now={now} />
        </>
      )}
      .
    </p>
    <p class={events.openGaps > 0 ? "bad" : ""}>
      {events.gaps + events.openGaps === 0
        ? "No gaps in this run."
        : `${counted(events.gaps, "gap")} that are over in this run, ${count(events.openGaps)} open.`}
    </p>
    {events.leftOut.map(({ pattern, reason, topics }) => (
      <p key={pattern}>
        {pattern}: {counted(topics, "topic")} left out. {reason}
      </p>
    ))}
  </div>
)

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value))

const Report = ({ report }: { report: Readonly<Record<string, unknown>> }) => (
  <dl>
    {Object.entries(report).map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{shown(value)}</dd>
      </div>
    ))}
  </dl>
)

const When = ({ job, now }: { job: JobState; now: string }) => {
  if (job.runningSince !== undefined) return <>for {span(between(job.runningSince, now))}</>
  if (job.nextRunAt !== undefined) {
    return (
      <>
        next <Moment at={job.nextRunAt} now={now} />
      </>
    )
  }
  return <>{job.standsBy ?? ""}</>
}

/** The last runs as a row of squares, the newest at the right. */
const History = ({ history }: { history: ReadonlyArray<LastRun> }) => {
  const failed = history.filter((run) => runTone(run) === "bad").length
  return (
    <svg
      class="history"
      role="img"
      aria-label={`${failed} of the last ${counted(history.length, "run")} failed`}
      viewBox={`0 0 ${24 * 5} 10`}
    >
      {history.map((run, place) => (
        <rect key={run.startedAt} class={runTone(run)} x={(24 - history.length + place) * 5} width="4" height="10">
          <title>{runWords(run)}</title>
        </rect>
      ))}
    </svg>
  )
}

/** One job: what it does, how far it is behind, and how its last runs went. */
export const Job = ({ job, now }: { readonly job: JobState; readonly now: string }) => {
  const { events, history = [], lagSeconds, lastRun, progress, report } = job
  return (
    <li class={`job ${tone(job)}`}>
      <details>
        <summary>
          <span class="name">
            {job.name}{" "}
            <small>
              {job.kind}, {job.org}
            </small>
          </span>
          <span class={`badge ${tone(job)}`}>{job.state}</span>
          <span>
            <When job={job} now={now} />
          </span>
          <span>{lagSeconds === undefined ? "" : `${span(lagSeconds)} behind`}</span>
          <span>
            {lastRun === undefined ? (
              "no run yet"
            ) : (
              <>
                {lastRun.outcome} <Moment at={lastRun.endedAt} now={now} />
              </>
            )}
          </span>
          <History history={history} />
        </summary>
        <div class="more">
          {lastRun?.message === undefined ? undefined : <p class={runTone(lastRun)}>{lastRun.message}</p>}
          <p>
            {counted(job.runs, "run")}, {count(job.failedRuns)} failed
            {job.failures > 1 ? `, ${count(job.failures)} of them the last ones` : ""}.
          </p>
          {events === undefined ? undefined : <Events events={events} now={now} />}
          {report === undefined ? undefined : <Report report={report} />}
          {history.length === 0 ? undefined : (
            <ol>
              {history.toReversed().map((run) => (
                <li key={run.startedAt} class={runTone(run)}>
                  {runWords(run)}
                </li>
              ))}
            </ol>
          )}
        </div>
      </details>
      {progress === undefined ? undefined : <Progress job={job} progress={progress} now={now} />}
    </li>
  )
}
