/** A page's two lines. */
export interface PageWords {
  /** Its title, else its path, else a word that says there is none yet. */
  readonly title: string;
  /** Path and query, or the host when the path is already the title. May be empty. */
  readonly where: string;
  /** All there is, for a hover. */
  readonly full: string;
}

/**
 * Words for the page a session is on. An address that is no URL (an app's window) is shown as it is.
 * @param desktop on a screen, where it is a window
 */
export function describePage(
  page: { readonly url: string; readonly title: string },
  desktop = false,
): PageWords {
  const title = page.title.trim();
  const full = [title, page.url].filter((part) => part !== "").join("\n");
  const url = parse(page.url);
  if (url === undefined) {
    return title === "" || title === page.url
      ? { title: page.url || (desktop ? "No window yet" : "No page yet"), where: "", full }
      : { title, where: page.url, full };
  }
  const path = pathOf(url);
  return title === "" ? { title: path, where: url.host, full } : { title, where: path, full };
}

/** Path, query and hash of an address, readable; an address that is no URL as it is. */
export function addressPath(address: string): string {
  const url = parse(address);
  return url === undefined ? address : pathOf(url);
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) && /^https?:/i.test(address) ? new URL(address) : undefined;
}

function pathOf(url: URL): string {
  const path = url.pathname + url.search + url.hash;
  try {
    return decodeURI(path);
  } catch {
    // A stray percent sign: the address as it was sent still names the page.
    return path;
  }
}
