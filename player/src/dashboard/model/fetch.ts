/** The `fetch` the dashboard goes through: one address, one answer. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;
