/**
 * The story of each conversation, computed from the seed and its number: the same whenever it is looked at, but for what the nightly
 * pipeline rewrites.
 */
import { queueNames } from "../directory/queueNames.ts"
import { wrapUpCodeIds } from "../directory/wrapUpCodes.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import type { Agents } from "./agents.ts"
import * as Helped from "./helped.ts"
import * as Outbound from "./outbound.ts"
import * as Plots from "./plots.ts"
import { type Kind, subShare } from "./script.ts"
import type { Stage } from "./stage.ts"
import { beginOf, type Story } from "./story.ts"
import type { Timeline } from "./timeline.ts"

const plots: Readonly<Record<Exclude<Kind, "outbound">, (stage: Stage) => void>> = {
  answered: Plots.answered,
  abandoned: Plots.abandoned,
  selfServed: Plots.selfServed,
  voicemail: Plots.voicemail,
  callback: Plots.callback,
  lateCallback: Plots.lateCallback,
  thread: Plots.thread,
  unanswered: Helped.unanswered,
  blind: Helped.blind,
  consultTransfer: Helped.consultTransfer,
  consult: Helped.consult,
  conference: Helped.conference
}

const telephone = { customer: "tel:+1317555", queue: "tel:+1800555" }
const digits = (number: number) => String(number).padStart(4, "0")

/** The first draw of a scene; those below are of scripts and times. */
const firstDraw = 64

export interface Stories {
  /** What it tells at a moment: all of it, but of what the pipeline does later. */
  readonly story: (index: number, at: number) => Story
  /** When its first queue gets it; undefined if none does. */
  readonly offeredAt: (index: number) => number | undefined
  /** The place of its first queue in `queueNames`. */
  readonly queue: (index: number) => number
  /** The telephone numbers of the customer and of the queue. */
  readonly customer: (index: number) => string
  readonly ours: (index: number) => string
}

export const make = (settings: Settings["Service"], timeline: Timeline, agents: Agents): Stories => {
  const { seed } = settings
  const { draw, of, word } = Random.units(seed, Random.streams.conversation)
  const codes = wrapUpCodeIds(seed)
  const queueOf = (drawn: number) => Math.floor(draw(drawn, 9) * queueNames.length)

  const tell = (index: number, isRewritten: boolean): Story => {
    const drawn = of(index)
    const script = timeline.scriptOf(index)
    const start = timeline.startOf(index)
    let place = firstDraw
    // The pipeline finds for a third of those it rewrites that it was the other side.
    const isTurned = isRewritten && draw(drawn, 18) < 1 / 3
    const stage: Stage = {
      index,
      start,
      end: start + script.length,
      script,
      queue: queueOf(drawn),
      isCustomers: draw(drawn, 14) < 0.5 !== isTurned,
      isRewritten,
      next: () => draw(drawn, place++),
      agents,
      settings,
      codes,
      queues: queueNames.length,
      story: { actors: [] }
    }
    if (script.kind === "outbound") Outbound.outbound(stage, subShare(draw, drawn))
    else plots[script.kind](stage)
    return stage.story
  }

  // Whoever looks at one conversation often looks at it again at once: for another filter, or for its row.
  let last: { readonly index: number; readonly isRewritten: boolean; readonly story: Story } | undefined
  const story = (index: number, at: number) => {
    const isRewritten = at >= timeline.rewriteOf(index)
    if (last === undefined || last.index !== index || last.isRewritten !== isRewritten) {
      last = { index, isRewritten, story: tell(index, isRewritten) }
    }
    return last.story
  }
  return {
    story,
    offeredAt: (index) => {
      const queue = story(index, Number.NEGATIVE_INFINITY).actors.find(({ purpose }) => purpose === "acd")
      return queue === undefined ? undefined : beginOf(queue.legs[0]!)
    },
    queue: (index) => queueOf(of(index)),
    customer: (index) => telephone.customer + digits(word(of(index), 11) % 10_000),
    ours: (index) => telephone.queue + digits(queueOf(of(index)))
  }
}
