/** The answers of an evaluation or a survey, and what they come to. */
import type { Evaluation, Survey } from "../../api/QualityApi.ts"
import * as Random from "../shared/random.ts"

const groups = 2
const questions = 3
const most = 5

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((before, number) => before + number, 0)
const percent = (score: number) => Math.round((1000 * score) / (groups * questions * most)) / 10

const idOf = (seed: number, group: number, question: number) =>
  Random.uuid(seed, Random.streams.question, group * 100 + question)

/** The score of each question; what is scored again is another one. */
const scoresOf = (seed: number, stream: Random.Stream, number: number, version: number) =>
  Array.from({ length: groups }, (_, group) =>
    Array.from(
      { length: questions },
      (_one, question) => Random.bits(seed, stream, number, 100 + version * 50 + group * 10 + question) % (most + 1)
    )
  )

const grouped = <A>(seed: number, group: number, scores: ReadonlyArray<number>, questionScores: ReadonlyArray<A>) => ({
  questionGroupId: idOf(seed, group, 99),
  totalScore: sum(scores),
  maxTotalScore: questions * most,
  markedNA: false,
  questionScores
})

export const evaluation = (seed: number, number: number, isRescored: boolean): NonNullable<Evaluation["answers"]> => {
  const scores = scoresOf(seed, Random.streams.evaluation, number, isRescored ? 1 : 0)
  return {
    totalScore: percent(sum(scores.flat())),
    totalCriticalScore: percent(sum(scores[0] ?? []) * groups),
    questionGroupScores: scores.map((of, group) =>
      grouped(
        seed,
        group,
        of,
        of.map((score, question) => ({
          questionId: idOf(seed, group, question),
          answerId: idOf(seed, group, 10 + question * 10 + score),
          score,
          markedNA: false,
          failedKillQuestion: score === 0 && question === 0,
          ...(score < 2 ? { comments: "Could be better" } : {})
        }))
      )
    ),
    anyFailedKillQuestions: scores.some(([first]) => first === 0),
    ...(isRescored ? { comments: "Scored again" } : {})
  }
}

export const survey = (seed: number, number: number): NonNullable<Survey["answers"]> => {
  const scores = scoresOf(seed, Random.streams.survey, number, 0)
  const npsScore = Random.bits(seed, Random.streams.survey, number, 40) % 11
  return {
    totalScore: percent(sum(scores.flat())),
    npsScore,
    questionGroupScores: scores.map((of, group) =>
      grouped(
        seed,
        group,
        of,
        of.map((score, question) => ({
          questionId: idOf(seed, group, question),
          markedNA: false,
          ...(question === 0 && group === 0
            ? { npsScore, npsTextAnswer: npsScore > 8 ? "Very good" : "So so" }
            : { answerId: idOf(seed, group, 10 + question * 10 + score), score }),
          ...(question === 2 ? { freeTextAnswer: `Answer ${score}` } : {})
        }))
      )
    )
  }
}
