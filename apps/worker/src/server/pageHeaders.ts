/** What a browser is told with whatever is of the page. */

/** The page's own script and style, and questions to this worker: whatever else could come into it is not run and not asked. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const headers = {
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  // A worker of another version may answer next.
  "cache-control": "no-cache"
}
