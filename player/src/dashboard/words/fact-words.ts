import type { Fact, FactType, FactValue } from "@reeltime/recorder/protocol";
import type { IconName } from "../icons.js";
import { addressPath } from "./page-words.js";

/** A fact as a line of the list says it. */
export interface FactWords {
  /** `Clicked`; empty when the subject says it all. */
  readonly verb: string;
  readonly subject: string;
  /** A second line in small type; may be empty. */
  readonly more: string;
  readonly icon: IconName;
  /** The token whose colour means this type, without its dashes. */
  readonly colour: "nav" | "muted" | "rage" | "input" | "error" | "custom";
}

const LOOK: Readonly<Record<FactType, Pick<FactWords, "icon" | "colour" | "verb">>> = {
  navigation: { icon: "nav", colour: "nav", verb: "Went to" },
  click: { icon: "click", colour: "muted", verb: "Clicked" },
  rage: { icon: "zap", colour: "rage", verb: "Rage-clicked" },
  input: { icon: "keyboard", colour: "input", verb: "Typed into" },
  error: { icon: "error", colour: "error", verb: "" },
  console: { icon: "console", colour: "error", verb: "Console" },
  custom: { icon: "flag", colour: "custom", verb: "Event" },
  identify: { icon: "user", colour: "custom", verb: "Identified as" },
};

/** Words for one fact. `first` is for the session's first page, which was opened rather than gone to; `desktop` for facts of a screen. */
export function describeFact(fact: Fact, first = false, desktop = false): FactWords {
  const look = LOOK[fact.type];
  const detail = fact.detail ?? {};
  const subject = fact.text.trim();
  switch (fact.type) {
    case "navigation": {
      const title = said(detail.title);
      const app = said(detail.app);
      if (app !== "" || desktop) {
        const verb = first ? "Began in" : "Switched to";
        return { ...look, verb, icon: "window", ...windowWords(title || subject, app) };
      }
      const path = addressPath(subject);
      const verb = first ? "Opened" : look.verb;
      return { ...look, verb, subject: title || path || "a page", more: title === "" ? "" : path };
    }
    case "rage": {
      const times = detail.count ?? detail.clicks;
      return {
        ...look,
        subject: subject || "one spot",
        more: typeof times === "number" ? `${times} times` : "",
      };
    }
    case "identify":
      return {
        ...look,
        subject: said(detail.name) || said(detail.email) || subject || "somebody",
        more: listed(detail, ["name"]),
      };
    case "error":
    case "console":
      return { ...look, subject: subject || "An error without words", more: errorPlace(detail) };
    case "click":
    case "input": {
      const app = said(detail.app);
      // On a screen it is known in which window, not on what.
      if (app !== "") return { ...look, verb: `${look.verb} in`, ...windowWords(said(detail.title), app) };
      return {
        ...look,
        subject: subject || (fact.type === "click" ? "the page" : "a field"),
        more: "",
      };
    }
    case "custom":
      return { ...look, subject, more: listed(detail) };
  }
}

/** A window by its title, and the app it is of where the title does not say that. */
function windowWords(title: string, app: string): Pick<FactWords, "subject" | "more"> {
  const told = title.toLocaleLowerCase().includes(app.toLocaleLowerCase());
  return title === "" ? { subject: app, more: "" } : { subject: title, more: told ? "" : app };
}

const said = (value: FactValue | undefined): string => (value === undefined ? "" : String(value).trim());

/** Where an error came from: its place when the SDK says one, else the first line of its stack, else what it has. */
function errorPlace(detail: Readonly<Record<string, FactValue>>): string {
  const file = said(detail.file ?? detail.filename ?? detail.source);
  if (file !== "") {
    const line = said(detail.line ?? detail.lineno);
    const column = said(detail.column ?? detail.colno);
    return [addressPath(file), line, column].filter((part) => part !== "").join(":");
  }
  const stack = said(detail.stack);
  if (stack !== "") {
    const frame = stack.split("\n").find((line) => /^\s*at |@/.test(line));
    return (frame ?? stack.split("\n", 1)[0] ?? "").trim();
  }
  return listed(detail);
}

/** `plan: pro · seats: 3`. */
function listed(detail: Readonly<Record<string, FactValue>>, without: readonly string[] = []): string {
  return Object.entries(detail)
    .filter(([name, value]) => !without.includes(name) && said(value) !== "")
    .map(([name, value]) => `${name}: ${said(value)}`)
    .join(" · ");
}
