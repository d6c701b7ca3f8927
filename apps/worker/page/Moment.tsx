import { local, relative } from "../src/server/words.ts"

/** A moment, said from the present one; its own clock time is its title. */
export const Moment = ({ at, now }: { readonly at: string; readonly now: string }) => (
  <time dateTime={at} title={local(at)}>
    {relative(at, now)}
  </time>
)
