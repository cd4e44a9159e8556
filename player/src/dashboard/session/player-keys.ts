/** Keys that scroll what has the focus; they are the player's only when nothing has. */
const SCROLLING: ReadonlySet<string> = new Set(["Home", "End"]);

/**
 * Lets a key pressed anywhere on the page reach the player, whose keys otherwise work only in it. The caller has seen
 * to it that nobody is typing. True when the player took it.
 */
export function passToPlayer(event: KeyboardEvent, player: HTMLElement): boolean {
  if (event.defaultPrevented) return false;
  const path = event.composedPath();
  const [target] = path;
  if (path.includes(player)) return false;
  if (target instanceof Element && target.matches("button, a[href]") && [" ", "Enter"].includes(event.key)) {
    return false;
  }
  if (SCROLLING.has(event.key) && target !== document.body) return false;
  const { key, code, shiftKey } = event;
  const copy = new KeyboardEvent("keydown", { key, code, shiftKey, cancelable: true });
  return !player.dispatchEvent(copy);
}
