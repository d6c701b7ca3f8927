/** The hosts of `NO_PROXY`, which are reached without a proxy: how they are written, and whether a URL's host is one of them. */
import { isIP, isIPv6 } from "node:net"

export interface Exception {
  /** As a `URL` writes it; `*` for every host. */
  readonly host: string
  /** Every port, if it names none. */
  readonly port: number | undefined
  /** Whether it means the hosts below alone, as `*.example.com` does. */
  readonly belowAlone: boolean
}

const written = /^(?<dot>\*?\.)?(?:\[(?<address>[\da-f:.]+)\]|(?<name>[^:/?#@[\]\\]+))(?::(?<port>\d+))?$/i

/** As a `URL` writes a host: in small letters, an address in its shortest form. A dot at the end of a name says nothing. */
const asInUrl = (host: string) => {
  const url = `http://${host}`
  return (URL.canParse(url) ? new URL(url).hostname : host.toLowerCase()).replace(/(?<=.)\.$/, "")
}

const exceptionOf = (text: string): ReadonlyArray<Exception> => {
  const groups = written.exec(isIPv6(text) ? `[${text}]` : text)?.groups
  if (groups === undefined) return []
  const { address, dot, name = "", port } = groups
  return [
    {
      host: asInUrl(address === undefined ? name : `[${address}]`),
      port: port === undefined ? undefined : Number(port),
      belowAlone: dot === "*."
    }
  ]
}

/** What is no host, such as a URL, means none. */
export const parse = (text: string): ReadonlyArray<Exception> =>
  text
    .split(/[,\s]+/)
    .filter((entry) => entry !== "")
    .flatMap(exceptionOf)

const ports: Readonly<Record<string, number>> = { "http:": 80, "ws:": 80, "https:": 443, "wss:": 443 }

export const includes = (exceptions: ReadonlyArray<Exception>, { hostname, port, protocol }: URL): boolean => {
  const host = asInUrl(hostname)
  const asked = port === "" ? ports[protocol] : Number(port)
  const isName = isIP(host) === 0 && !host.startsWith("[")
  return exceptions.some(
    (exception) =>
      (exception.port === undefined || exception.port === asked) &&
      (exception.host === "*" ||
        (!exception.belowAlone && host === exception.host) ||
        // Nothing is below an address.
        (isName && host.endsWith(`.${exception.host}`)))
  )
}
