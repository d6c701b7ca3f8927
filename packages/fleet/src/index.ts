/** Several workers as one, on PostgreSQL. */
export {}
