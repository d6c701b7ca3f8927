import type { FleetReport } from "../src/server/FleetView.ts"
import { Moment } from "./Moment.tsx"
import { counted } from "../src/server/words.ts"

/** The workers of the fleet, what each of them has, and what they share. */
export const Fleet = ({ fleet, now }: { readonly fleet: FleetReport; readonly now: string }) => {
  if ("problem" in fleet) return <p class="bad">{fleet.problem}</p>
  return (
    <>
      <ul class="runners">
        {fleet.runners.map(({ address, group, healthy, shards }) => (
          <li key={address}>
            <h3>
              {address} {address === fleet.address ? <small>this one</small> : undefined}
            </h3>
            <p>
              <span class={`badge ${healthy ? "good" : "bad"}`}>{healthy ? "healthy" : "not reached"}</span> group{" "}
              {group}, {counted(shards, "shard")}
            </p>
            <ul>
              {fleet.jobs
                .filter(({ runner }) => runner === address)
                .map((job) => (
                  <li key={job.name}>
                    {job.name}, since <Moment at={job.since} now={now} />
                  </li>
                ))}
            </ul>
          </li>
        ))}
      </ul>
      <ul>
        {fleet.tokens.map(({ changedAt, name }) => (
          <li key={name}>
            Token {name}: renewed <Moment at={changedAt} now={now} />
          </li>
        ))}
        {fleet.budgets.map(({ host, runner, since, token, workers }) => (
          <li key={`${host}/${token}`}>
            Calls of token {token} at {host}: leased by {runner} to {counted(workers, "worker")} since{" "}
            <Moment at={since} now={now} />
          </li>
        ))}
      </ul>
    </>
  )
}
