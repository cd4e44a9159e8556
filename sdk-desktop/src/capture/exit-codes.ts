/** How the capture helper ends, when it was not told to: whoever started it decides from this whether and when to start it again. */
export const EXIT_CODES = {
  /** A part that it needs cannot be loaded here: starting it again will not help. */
  missing_library: 64,
  /** There is no display, or none that can be captured; there may be one later. */
  no_display: 65,
  /** The display went away while it was captured; it may come back. */
  display_lost: 66,
  /** A mistake of its own. */
  failed: 70,
} as const;
