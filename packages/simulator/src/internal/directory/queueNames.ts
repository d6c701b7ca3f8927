/** The queues of the org, by their names. */
export const queueNames = ["Support", "Sales", "Billing", "Retention"]
