/** The addresses the dashboard has pages at; it tells them apart by itself. */
export const PAGE_PATHS = ["/", "/sessions", "/sessions/:id"] as const;
