/** A whole answer, over whichever HTTP version. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; several lines of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The body as UTF-8. */
  readonly text: string;
}

/** The body as JSON; undefined when there is none. Throws when it is something else. */
export function bodyOf(answer: Answer): unknown {
  return answer.text === "" ? undefined : JSON.parse(answer.text);
}

/** A field of the body, which must be a JSON object; undefined when it has none of that name. */
export function fieldOf(answer: Answer, name: string): unknown {
  const body = bodyOf(answer);
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

/**
 * What an answer comes to, in one line to compare: its status; for an error its code, or its body when it
 * is one of those without a code; for a provision its result. `400 bad_json`, `201 created`, `405`.
 */
export function outcomeOf(answer: Answer): string {
  const provision = answer.headers["s2-provision-result"];
  if (provision !== undefined) return `${answer.status} ${provision}`;
  if (answer.status < 400 || answer.text === "") return String(answer.status);
  try {
    const code = fieldOf(answer, "code");
    return `${answer.status} ${typeof code === "string" ? code : answer.text}`;
  } catch {
    return `${answer.status} ${answer.text}`; // no JSON: it is shown as it came
  }
}
