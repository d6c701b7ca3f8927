/**
 * PKCE (RFC 7636) with S256, the only method that is served: the verifier of a token request against the challenge of its
 * authorization.
 */
import { createHash } from "node:crypto"

/** 43 to 128 unreserved characters. */
export const isVerifier = (text: string): boolean => /^[\w.~-]{43,128}$/.test(text)

/** A SHA-256 in base64url without padding. */
export const isChallenge = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** Without a challenge there must be no verifier either. */
export const matches = (verifier: string | undefined, challenge: string | undefined): boolean =>
  (verifier === undefined ? undefined : createHash("sha256").update(verifier).digest("base64url")) === challenge
