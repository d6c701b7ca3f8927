/** A name by which a machine is asked. */
import { pattern } from "@effect-genesys/program/SettingText"

/** As it stands in the `Host` header of whoever asks. */
export const HostName = pattern(
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/,
  "a host name without a port, such as worker.example.com"
)
