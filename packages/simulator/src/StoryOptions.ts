/**
 * What becomes of conversations, as shares: who hangs up, who is transferred, who is called back. The defaults are those of an ordinary
 * contact center. All of it is drawn from the seed.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { option, Positive, Seconds, Share } from "./internal/shared/option.ts"

/** A conversation is one of them; what is left over is answered by one agent. */
const kinds = {
  outbound: option(Share, 0.2, "Calls that an agent or a campaign dials"),
  abandoned: option(Share, 0.07, "Those who hang up while they wait in a queue"),
  selfServed: option(Share, 0.05, "Those who never leave the IVR or the bot: helped, or gone"),
  voicemails: option(Share, 0.02, "Those who leave a voicemail instead of waiting"),
  callbacks: option(Share, 0.03, "Those who are called back instead of waiting"),
  unansweredAlerts: option(Share, 0.04, "Those who alert one agent in vain before another one answers"),
  blindTransfers: option(Share, 0.05, "Those who are transferred without a word, to another queue or outside"),
  consultTransfers: option(Share, 0.03, "Those who are transferred to an agent who was consulted"),
  consults: option(Share, 0.02, "Those who wait while their agent consults another one"),
  conferences: option(Share, 0.02, "Those who talk with two agents at once")
}

const Kinds = Schema.Struct(kinds)
const kindNames = Struct.keys(kinds)

/** Whose sum is 1 at most. */
const fits = Schema.makeFilter((shares: typeof Kinds.Type) => {
  const sum = kindNames.reduce((total, name) => total + shares[name], 0)
  return sum <= 1 + 1e-9 || `Expected the sum of ${kindNames.join(", ")} to be 1 at most`
})

/** Each with its default. Shares are from 0 to 1, and those of the kinds of conversations sum up to 1 at most. */
export const StoryOptions = Schema.Struct({
  ...kinds,
  flows: option(Share, 0.6, "The share of those coming in that pass an IVR, a workflow or a bot before the queue"),
  shortAbandons: option(Share, 0.3, "The share of the abandoned that hang up before `shortAbandon`"),
  shortAbandon: option(Seconds, 10, "Seconds in a queue before which an abandon is a short one"),
  campaigns: option(Share, 0.4, "The share of the outbound calls that a campaign dials"),
  unreached: option(Share, 0.35, "The share of the outbound calls that nobody takes"),
  held: option(Share, 0.25, "The share of the talks of voice that are held, once or several times"),
  missingWrapUps: option(Share, 0.04, "The share of wrap-ups that never get a code"),
  wrapUpTimeouts: option(Share, 0.06, "The share of wrap-ups that time out after a minute: `ININ-WRAP-UP-TIMEOUT`"),
  attributes: option(
    Share,
    0,
    "The share of conversations whose customer has attributes, which jobs tell and queries do not"
  ),
  serviceLevel: option(Share, 0.8, "The share of answers that every queue aims to give in time"),
  answerWithin: option(
    Positive,
    20,
    "Seconds that are in time for calls and callbacks; of chats and messages 1.5 times as many, of e-mail a day"
  )
}).check(fits)
export type StoryOptions = typeof StoryOptions.Type
