/** The page of a worker: what `/status/events` tells, as it is told. */
import { render } from "preact"
import { useEffect, useState } from "preact/hooks"
import type { WorkerStatus } from "../src/server/WorkerStatus.ts"
import { Fleet } from "./Fleet.tsx"
import { Job, needsAttention } from "./Job.tsx"
import { Moment } from "./Moment.tsx"
import { Org } from "./Org.tsx"
import { counted, local } from "../src/server/words.ts"

interface Told {
  readonly status: WorkerStatus | undefined
  /** Since when nothing is heard, if that is so. */
  readonly silentSince: string | undefined
}

/** What is told now, for as long as the page is open. */
const useStatus = (): Told => {
  const [told, tell] = useState<Told>({ status: undefined, silentSince: undefined })
  useEffect(() => {
    let source: EventSource
    let again: ReturnType<typeof setTimeout> | undefined
    const open = () => {
      source = new EventSource("status/events")
      source.addEventListener("status", ({ data }: MessageEvent<string>) => {
        const status: WorkerStatus = JSON.parse(data)
        tell({ status, silentSince: undefined })
      })
      source.addEventListener("error", () => {
        tell(({ silentSince, status }) => ({ status, silentSince: silentSince ?? new Date().toISOString() }))
        // It tries again by itself, but not after an answer such as 503.
        if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 5_000)
      })
    }
    open()
    return () => {
      clearTimeout(again)
      source.close()
    }
  }, [])
  return told
}

const Connection = ({ silentSince, status }: Told) => (
  <p role="status" class={silentSince === undefined ? "live" : "silent"}>
    {silentSince !== undefined
      ? `Not connected since ${local(silentSince)}. Trying again.${status === undefined ? "" : ` Shown is ${local(status.at)}.`}`
      : status === undefined
        ? "Connecting"
        : "Live"}
  </p>
)

const Jobs = ({ status }: { status: WorkerStatus }) => {
  const [text, search] = useState("")
  const [isShort, shorten] = useState(false)
  const { at, jobs } = status
  const wanted = text.trim().toLowerCase()
  const found = jobs.filter(
    (job) => (!isShort || needsAttention(job)) && `${job.name} ${job.kind} ${job.org}`.toLowerCase().includes(wanted)
  )
  const troubled = jobs.filter(needsAttention).length
  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">Jobs</h2>
      <p class="tools">
        <label>
          Find <input type="search" value={text} onInput={({ currentTarget }) => search(currentTarget.value)} />
        </label>
        <label>
          <input type="checkbox" checked={isShort} onChange={({ currentTarget }) => shorten(currentTarget.checked)} />{" "}
          Only what needs attention ({troubled})
        </label>
      </p>
      {found.length === 0 ? (
        <p>{jobs.length === 0 ? "There are no jobs." : "None of the jobs is like that."}</p>
      ) : undefined}
      <ul class="jobs">
        {found.map((job) => (
          <Job key={job.name} job={job} now={at} />
        ))}
      </ul>
    </section>
  )
}

const Page = () => {
  const { silentSince, status } = useStatus()
  return (
    <>
      <header>
        <h1>genesys-worker</h1>
        {status === undefined ? undefined : (
          <p>
            <span class={`badge ${status.unready.length === 0 ? "good" : "bad"}`}>
              {status.unready.length === 0 ? "ready" : "not ready"}
            </span>{" "}
            {status.state}, version {status.version}, started <Moment at={status.startedAt} now={status.at} />
          </p>
        )}
        <Connection silentSince={silentSince} status={status} />
      </header>
      {status === undefined ? undefined : (
        <main>
          {status.unready.length === 0 ? undefined : (
            <section aria-labelledby="unready">
              <h2 id="unready">Why it is not ready</h2>
              <ul class="reasons">
                {status.unready.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </section>
          )}
          <section aria-labelledby="orgs">
            <h2 id="orgs">Orgs</h2>
            <div class="orgs">
              {status.orgs.length === 0 ? <p>No org is served yet.</p> : undefined}
              {status.orgs.map((org) => (
                <Org key={org.name} org={org} now={status.at} />
              ))}
            </div>
          </section>
          <Jobs status={status} />
          {status.cluster === undefined ? undefined : (
            <section aria-labelledby="fleet">
              <h2 id="fleet">Fleet</h2>
              <Fleet fleet={status.cluster} now={status.at} />
            </section>
          )}
          <footer>
            {counted(status.jobs.length, "job")}, {counted(status.orgs.length, "org")}. The same as JSON:{" "}
            <a href="status">/status</a>. For Prometheus: <a href="metrics">/metrics</a>.
          </footer>
        </main>
      )}
    </>
  )
}

render(<Page />, document.getElementById("page")!)
