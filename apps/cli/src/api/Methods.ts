/** The methods that a call of the API can have. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const
export type Method = (typeof methods)[number]

/** In whichever case it is written. */
export const find = (text: string): Method | undefined => methods.find((method) => method === text.toUpperCase())
