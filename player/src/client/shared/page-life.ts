/** Tells when a page is put aside whole, to be shown again at a step back in the browser's history. */
export interface PageLife {
  /** The answer stops it. */
  listen(handlers: { frozen(): void; thawed(): void }): () => void;
}

/** The browser's own word: a page that is not kept simply ends after `frozen`. */
export const browserLife: PageLife = {
  listen: ({ frozen, thawed }) => {
    if (typeof window === "undefined") return () => {};
    const shown = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) thawed();
    };
    window.addEventListener("pagehide", frozen);
    window.addEventListener("pageshow", shown);
    return () => {
      window.removeEventListener("pagehide", frozen);
      window.removeEventListener("pageshow", shown);
    };
  },
};
