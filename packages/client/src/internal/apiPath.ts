/**
 * Which paths a call may have. The token goes to the API host only, and a path is what it looks like: parts that a URL parser
 * would take away, because an id in it was empty or made of dots, would make another call of it.
 */

const dots = /^(?:\.|%2e){1,2}$/i

/** What is wrong with a path; nothing if it is right. */
export const check = (url: string): string | undefined => {
  if (!url.startsWith("/") || url.startsWith("//")) {
    return "The request must name a path of the API such as /api/v2/users: the token is sent to no other host."
  }
  const end = url.search(/[?#]/)
  const parts = (end === -1 ? url : url.slice(0, end)).split("/").slice(1)
  if (parts.some((part) => part === "" || dots.test(part)) || url.includes("\\")) {
    return "A part of the path is empty or made of dots, so it would be another call. Check the ids in it."
  }
  return undefined
}
