/** The error of a `fetch` that a program brings, and that gives back what is no answer: asking again brings the same. */
import * as Data from "effect/Data"
import type * as HttpClientError from "effect/http/HttpClientError"

/** The `fetch` that a program brought gave back something else than a `Response`. */
export class NoResponse extends Data.TaggedError("NoResponse")<{
  /** What came instead: completes "The fetch that was given …". */
  readonly what: string
}> {
  override get message(): string {
    return `The fetch that was given ${this.what}, where a Response must come whose body nobody has read`
  }
}

/** That it is what a request failed with. */
export const of = ({ reason }: HttpClientError.HttpClientError): NoResponse | undefined =>
  "cause" in reason && reason.cause instanceof NoResponse ? reason.cause : undefined
