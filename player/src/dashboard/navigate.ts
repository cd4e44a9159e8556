/** How to go. */
export interface NavigateOptions {
  /** Takes the place of the current address instead of going on from it: for filters while they are typed. */
  readonly replace?: boolean;
}

/** Goes to an address of the dashboard without loading the page again; the app hears of it by `popstate`. */
export function navigate(href: string, { replace = false }: NavigateOptions = {}): void {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
}
