/**
 * Counts the API calls of a client in a UTC day. The count begins anew at midnight, and when the clock goes to another day.
 */
import type { Client } from "./clients.ts"
import * as Window from "../shared/window.ts"

const day = 24 * 60 * 60 * 1000

/** The seconds until midnight if the client has had all its calls of today. */
export const wait = ({ daily }: Client, limit: number | "off", now: number): number | undefined => {
  const midnight = Math.floor(now / day) * day
  if (daily.opened !== midnight) {
    daily.opened = midnight
    daily.count = 0
  }
  return limit === "off" || daily.count < limit ? undefined : Window.secondsLeft(daily, now, day)
}
