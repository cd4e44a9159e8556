import type { SessionDetail } from "@reeltime/recorder/protocol";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { PlayerWindow } from "../../store/index.js";
import { base, controls } from "../../style/index.js";
import { icon } from "../icons.js";
import { NO_FILTERS } from "../model/filters.js";
import { sessionHref, sessionsHref } from "../model/route.js";
import { counted, spokenBytes } from "../words/counts.js";
import { describeDevice, screenSize } from "../words/device.js";
import { clockDuration, spokenDuration } from "../words/duration.js";
import { describePerson } from "../words/person.js";
import { isDesktop } from "../words/session-kind.js";
import { lengthMs, statusSentence } from "../words/status-words.js";
import { fullTime } from "../words/when.js";

type Entry = readonly [string, unknown];

/** Everything known about a session, and the way to delete it (`rt-delete` is fired when asked for). */
@customElement("rt-details")
export class DetailsElement extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
        overscroll-behavior: contain;
        padding: var(--s3) var(--s4) var(--s5);
      }
      section + section {
        border-top: 1px solid var(--line);
        margin-top: var(--s4);
        padding-top: var(--s4);
      }
      h2 {
        font-size: var(--t-xs);
        font-weight: 600;
        color: var(--faint);
        margin-bottom: var(--s2);
      }
      dl {
        display: grid;
        grid-template-columns: 96px minmax(0, 1fr);
        gap: 6px var(--s3);
        font-size: var(--t-sm);
      }
      dt {
        color: var(--muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      a:not(.btn) {
        text-decoration: underline;
        text-underline-offset: 2px;
        text-decoration-color: var(--line-strong);
      }
      a:not(.btn):hover {
        text-decoration-color: currentColor;
      }
      code {
        font-family: var(--mono);
        font-size: 11.5px;
      }
      .lost {
        display: flex;
        gap: var(--s2);
        margin-bottom: var(--s4);
        padding: var(--s2) var(--s3);
        border-radius: var(--r-md);
        background: var(--rage-soft);
        font-size: var(--t-sm);
      }
      .lost svg {
        color: var(--rage);
        margin-top: 1px;
      }
    `,
  ];

  @property({ attribute: false }) accessor detail: SessionDetail | undefined;
  /** What the player knows of its windows: the names of pictures are in the recording itself. */
  @property({ attribute: false }) accessor named: readonly PlayerWindow[] = [];
  /** The server's time. */
  @property({ attribute: false }) accessor nowMs = 0;

  override render(): TemplateResult | typeof nothing {
    const { detail } = this;
    if (detail === undefined) return nothing;
    const { lostEvents } = detail.counts;
    const desktop = isDesktop(detail.client);
    const [it, host] = desktop ? ["screen", "app"] : ["page", "page"];
    return html`
      ${
        lostEvents > 0
          ? html`<p class="lost" role="note">${icon("error")}<span>${counted(lostEvents, "event")} could not be recorded, so parts of the
              ${it} may look wrong for a moment after that. The recorder dropped them rather than slow the ${host} down.</span></p>`
          : nothing
      }
      <section><h2>User</h2>${list(this.#user(detail))}</section>
      <section><h2>Session</h2>${list(this.#session(detail))}</section>
      ${
        desktop
          ? html`<section><h2>App</h2>${list(app(detail))}</section>`
          : html`<section><h2>Page</h2>${list(page(detail))}</section>`
      }
      <section><h2>Device</h2>${list(device(detail))}</section>
      <section><h2>${desktop ? "Displays and windows" : "Windows"}</h2>${list(windows(detail, this.named))}</section>
      <section>
        <button class="btn danger" @click=${this.#delete}>${icon("trash")}Delete this session…</button>
      </section>
    `;
  }

  #user(detail: SessionDetail): readonly Entry[] {
    const person = describePerson(detail);
    const { user } = detail;
    if (user === null) return [["Name", html`${person.name} <span class="faint">(${person.also})</span>`]];
    const all = sessionsHref({ ...NO_FILTERS, user: user.id }, detail.project);
    return [
      ["Name", user.name],
      ["E-mail", user.email],
      ["Id", html`<code>${user.id}</code>`],
      ["", html`<a href=${all}>All sessions of this user</a>`],
    ];
  }

  #session(detail: SessionDetail): readonly Entry[] {
    const { counts } = detail;
    return [
      ["Status", statusSentence(detail)],
      ["Started", fullTime(detail.startMs)],
      ["Last event", fullTime(detail.lastMs)],
      ["Length", spokenDuration(lengthMs(detail, this.nowMs))],
      [
        "Happened",
        [
          counted(counts.pages, isDesktop(detail.client) ? "window" : "page"),
          counted(counts.clicks, "click"),
          counted(counts.errors, "error"),
          counted(counts.rages, "rage click"),
        ].join(", "),
      ],
      ["Recorded", `${counted(counts.events, "event")}, ${spokenBytes(counts.bytes)}`],
      ["Id", html`<code>${detail.id}</code>`],
      [
        "Continues",
        detail.after === null
          ? undefined
          : html`<a href=${sessionHref(detail.after)}>the session before it</a>`,
      ],
    ];
  }

  #delete(): void {
    this.dispatchEvent(new CustomEvent("rt-delete", { bubbles: true, composed: true }));
  }
}

const page = ({ page: last, client }: SessionDetail): readonly Entry[] => [
  ["Last page", last.title],
  ["Address", last.url === "" ? undefined : html`<code>${last.url}</code>`],
  [
    "Began on",
    client.url === undefined || client.url === last.url ? undefined : html`<code>${client.url}</code>`,
  ],
  [
    "Came from",
    client.referrer === undefined || client.referrer === ""
      ? undefined
      : html`<code>${client.referrer}</code>`,
  ],
];

const device = ({ client }: SessionDetail): readonly Entry[] => [
  ["Runs on", describeDevice(client).label],
  ["Screen", screenSize(client)],
  ["Language", client.language],
  ["Time zone", client.timeZone?.replaceAll("_", " ")],
  ["Recorder", client.sdk],
];

/** The window that was used last, and its app where that is known. */
function app({ page: last, facts }: SessionDetail): readonly Entry[] {
  const inUse = [...facts]
    .reverse()
    .find(({ type, detail }) => type === "navigation" && detail?.app !== undefined);
  return [
    ["Last window", last.title || last.url || "Not known"],
    ["App", inUse?.detail?.app],
  ];
}

const windows = (
  { windows: spans, startMs }: SessionDetail,
  named: readonly PlayerWindow[],
): readonly Entry[] =>
  spans.length === 0
    ? [["None yet", "Windows appear once something was recorded in them."]]
    : spans.map(({ window, firstMs, lastMs, events }, index) => [
        nameOf(named.find(({ id }) => id === window)) || `Window ${index + 1}`,
        `${clockDuration(firstMs - startMs)} to ${clockDuration(lastMs - startMs)}, ${counted(events, "event")}`,
      ]);

/** A picture's own name; pages are numbered, since theirs changes. */
const nameOf = (window: PlayerWindow | undefined): string =>
  window?.kind !== "screen" ? "" : window.title || (window.display ? "Display" : "Window");

const list = (entries: readonly Entry[]): TemplateResult => html`<dl>
  ${entries
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value}</dd>`)}
</dl>`;
