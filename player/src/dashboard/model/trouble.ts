/** What went wrong and what to do, in words. */
export interface Trouble {
  readonly title: string;
  readonly advice: string;
  /** Whether trying again can help. */
  readonly retry: boolean;
}

/** The `code` of an error that has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether the server wants to know who is asking. */
export const isSignedOut = (error: unknown): boolean => codeOf(error) === "unauthorized";

/** Words for an error; `what` is the thing that could not be shown: "the sessions". */
export function describeTrouble(error: unknown, what: string): Trouble {
  switch (codeOf(error)) {
    case "not_found":
      return {
        title: `Could not find ${what}`,
        advice: "It was deleted, or its link is wrong.",
        retry: false,
      };
    case "forbidden":
      return { title: `You may not see ${what}`, advice: "Sign in with a key that may.", retry: false };
    case "rate_limited":
      return { title: "Too many requests", advice: "Wait a few seconds, then try again.", retry: true };
    case "unavailable":
      return {
        title: `Could not load ${what}`,
        advice: "The server is up, but its store does not answer. Try again in a moment.",
        retry: true,
      };
    case "internal":
      return {
        title: `Could not load ${what}`,
        advice: "The server failed. Its log says why. Try again.",
        retry: true,
      };
    default:
      return {
        title: `Could not load ${what}`,
        advice: "The server does not answer. Check that it runs, then try again.",
        retry: true,
      };
  }
}
