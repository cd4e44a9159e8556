import type { SessionItem } from "@reeltime/recorder/protocol";

/** Whose session it is, in words. */
export interface Person {
  /** Their name, else e-mail, else id; `Anonymous` when nobody was identified. */
  readonly name: string;
  /** What tells two of the same name apart: e-mail, id, or the end of the session's id. */
  readonly also: string;
  /** One or two letters for the avatar; `?` for nobody. */
  readonly initials: string;
  /** 0 to 359, the same for the same person wherever they are shown. */
  readonly hue: number;
  readonly anonymous: boolean;
}

/** Names the person of a session. */
export function describePerson({ id, user }: Pick<SessionItem, "id" | "user">): Person {
  if (user === null) {
    return {
      name: "Anonymous",
      also: `visitor ${id.slice(-4)}`,
      initials: "?",
      hue: hueOf(id),
      anonymous: true,
    };
  }
  const name = firstOf(user.name, user.email, user.id);
  const also = [user.email, user.id].find((other) => other !== undefined && other !== "" && other !== name);
  return { name, also: also ?? "", initials: initialsOf(name), hue: hueOf(user.id), anonymous: false };
}

const firstOf = (...choices: readonly (string | undefined)[]): string =>
  choices.find((choice) => choice !== undefined && choice.trim() !== "")?.trim() ?? "Unnamed";

/** First letters of the first and last word; of an e-mail only its first. Whole graphemes, so no half emoji. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = firstLetter(words[0] ?? name);
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? "") : "";
  return (first + last).toLocaleUpperCase() || "?";
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstLetter(word: string): string {
  for (const { segment } of graphemes.segment(word)) {
    if (/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(segment)) return segment;
  }
  return "";
}

/** FNV-1a over UTF-16 units, folded onto the circle of hues. */
function hueOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % 360;
}
