/** Genesys' ids of conversations, queues and users. */

export const pattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const is = (text: string): boolean => pattern.test(text)
