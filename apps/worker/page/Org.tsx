import type { RateBudget } from "@effect-genesys/client/RateBudget"
import type { Renewal } from "../src/Renewals.ts"
import type { OrgStatus, ToldToken } from "../src/server/WorkerStatus.ts"
import { Moment } from "./Moment.tsx"
import { between, count, local, relative, span } from "../src/server/words.ts"

const words: Readonly<Record<string, string>> = {
  empty: "no token asked for yet",
  ready: "token ready",
  waiting: "no token; waiting for one",
  refused: "credentials refused",
  closed: "closed"
}

const tone = (state: string) => (state === "ready" ? "good" : state === "refused" || state === "waiting" ? "bad" : "")

/** What is left of its life is full; the mark is where it is renewed. */
const Life = ({ now, token }: { readonly token: ToldToken; readonly now: string }) => {
  const { expiresAt, issuedAt, renewAt } = token
  if (issuedAt === undefined || expiresAt === undefined) return <p>There is no token.</p>
  const whole = Math.max(1, between(issuedAt, expiresAt))
  const left = Math.min(whole, Math.max(0, between(now, expiresAt)))
  const lived = (whole - left) / whole
  const mark = renewAt === undefined ? undefined : Math.min(1, Math.max(0, between(issuedAt, renewAt) / whole))
  const told = `${span(left)} left of ${span(whole)}${renewAt === undefined ? "" : `, renewed ${relative(renewAt, now)}`}`
  return (
    <>
      <svg
        class="life"
        role="meter"
        aria-label="Life of the token"
        aria-valuemin={0}
        aria-valuemax={Math.round(whole)}
        aria-valuenow={Math.round(left)}
        aria-valuetext={told}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
      >
        <rect class="rail" width="100" height="8" />
        <rect class={left > 0 ? "left" : "gone"} x={lived * 100} width={(1 - lived) * 100} height="8" />
        {mark === undefined ? undefined : <rect class="mark" x={mark * 100 - 0.3} width="0.6" height="8" />}
      </svg>
      <p class="told">
        {told}, token {token.fingerprint}
      </p>
    </>
  )
}

const renewalTone = ({ result }: Renewal) => (result === "issued" ? "good" : "bad")
const renewalWords = ({ at, message, result }: Renewal) =>
  `${local(at)}: ${result === "issued" ? "issued" : `${result}. ${message ?? ""}`}`

/** When its token was renewed, from the oldest that is known to now. */
const Timeline = ({ now, renewals }: { readonly renewals: ReadonlyArray<Renewal>; readonly now: string }) => {
  const [first] = renewals
  if (first === undefined) return undefined
  const whole = Math.max(60, between(first.at, now))
  return (
    <details class="renewals">
      <summary>
        <span>
          Renewals: {renewals.length} in {span(whole)}
        </span>
        <svg class="timeline" viewBox="0 0 200 8" aria-hidden="true">
          <line x1="3" x2="197" y1="4" y2="4" />
          {renewals.map((renewal) => (
            <circle
              key={renewal.at}
              class={renewalTone(renewal)}
              cx={3 + (between(first.at, renewal.at) / whole) * 194}
              cy="4"
              r="2.4"
            />
          ))}
        </svg>
      </summary>
      <ol>
        {renewals.toReversed().map((renewal) => (
          <li key={renewal.at} class={renewalTone(renewal)}>
            {renewalWords(renewal)}
          </li>
        ))}
      </ol>
    </details>
  )
}

const Budget = ({ budget, now }: { readonly budget: RateBudget; readonly now: string }) => {
  const { allowed, kind, resetAt, used } = budget
  const left = resetAt === undefined ? 0 : (resetAt - Date.parse(now)) / 1000
  const present = left > 0 ? used : 0
  const name = kind === "*" ? "all calls" : kind
  return (
    <li>
      <span>
        {name}: {count(present)} of {count(allowed)} in a minute
        {left > 0 ? `, again in ${span(left)}` : ""}
      </span>
      <meter
        aria-label={`Calls used, ${name}`}
        min={0}
        max={allowed}
        high={allowed * 0.9}
        optimum={0}
        value={Math.min(present, allowed)}
      />
    </li>
  )
}

/** One org: its token, how that was renewed, and what is left of its calls. */
export const Org = ({ now, org }: { readonly org: OrgStatus; readonly now: string }) => {
  const { token } = org
  return (
    <article class="org" aria-label={`Org ${org.name}`}>
      <h3>
        {org.name} <small>{org.region}</small>
      </h3>
      <p class={`badge ${tone(token.state)}`}>
        {words[token.state] ?? token.state}
        {token.renewing ? ", being renewed" : ""}
      </p>
      <Life token={token} now={now} />
      {token.notBefore !== undefined && Date.parse(token.notBefore) > Date.parse(now) ? (
        <p>
          Asked for again <Moment at={token.notBefore} now={now} />.
        </p>
      ) : undefined}
      <Timeline renewals={org.renewals} now={now} />
      {org.budgets.length === 0 ? undefined : (
        <ul class="budgets">
          {org.budgets.map((budget) => (
            <Budget key={budget.kind} budget={budget} now={now} />
          ))}
        </ul>
      )}
    </article>
  )
}
