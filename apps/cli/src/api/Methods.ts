/** The methods that a call of the API can have. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const
export type Method = (typeof methods)[number]
