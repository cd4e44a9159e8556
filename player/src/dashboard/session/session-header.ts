import type { SessionId, SessionItem } from "@reeltime/recorder/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../icons.js";
import { sessionHref } from "../model/route.js";
import { statusPill, troublePills } from "../sessions/badges.js";
import { describeDevice } from "../words/device.js";
import { clockDuration, spokenDuration } from "../words/duration.js";
import { describePerson } from "../words/person.js";
import { lengthMs } from "../words/status-words.js";
import { fullTime } from "../words/when.js";

/** What the head of a session's page shows and does. */
export interface SessionHeaderOptions {
  readonly item: SessionItem;
  /** The server's time. */
  readonly nowMs: number;
  /** The list it came from. */
  readonly back: string;
  readonly previous: SessionId | undefined;
  readonly next: SessionId | undefined;
  /** `copied`, or the link itself when the browser would not copy it, for a moment after sharing. */
  readonly shared: string | undefined;
  readonly share: () => void;
  /** Makes a video of it; `undefined` where there is none to make. */
  readonly exportVideo: (() => void) | undefined;
}

/** Who, how it is, on what, how long; and the ways on. */
export function sessionHeader(options: SessionHeaderOptions): TemplateResult {
  const { item, nowMs, back, previous, next, shared, share, exportVideo } = options;
  const person = describePerson(item);
  const length = lengthMs(item, nowMs);
  const device = describeDevice(item.client);
  const words = shared === undefined ? "Share" : shared === "copied" ? "Link copied" : "Could not copy";
  return html`<header>
    <a class="btn bare icon" href=${back} aria-label="All sessions" title="All sessions">${icon("back")}</a>
    <span class="av" style="--h:${person.hue}" aria-hidden="true">${person.initials}</span>
    <h1 class="grow clip" dir="auto" title=${[person.name, person.also].filter(Boolean).join(" · ")}>
      ${person.name}${person.also === "" ? nothing : html` <span class="faint">· ${person.also}</span>`}
    </h1>
    ${statusPill(item)}
    <span class="troubles hide-s">${troublePills(item.counts)}</span>
    <span class="pill plain hide-s hide-m" title=${item.client.userAgent ?? item.client.sdk}>${icon(device.icon)}${device.label}</span>
    <span class="pill plain hide-s length" title=${`${spokenDuration(length)}, started ${fullTime(item.startMs)}`}>${clockDuration(length)}</span>
    <span class="pair hide-s">
      ${step(previous, "Newer session", "[", "up")}${step(next, "Older session", "]", "down")}
    </span>
    ${
      exportVideo === undefined
        ? nothing
        : html`<button class="btn" @click=${exportVideo} aria-label="Export video (MP4)" title="Export video (MP4)">
            ${icon("video")}<span class="hide-s hide-m" aria-hidden="true">Export video</span>
          </button>`
    }
    <button class="btn" @click=${share} title="Copy a link to this moment" aria-label=${words}>
      ${icon(shared === "copied" ? "check" : "share")}<span class="hide-s" aria-hidden="true">${words}</span>
    </button>
    <span class="said" role="status">${shared === undefined ? "" : words}</span>
  </header>`;
}

const step = (id: SessionId | undefined, words: string, key: string, name: "up" | "down"): TemplateResult =>
  id === undefined
    ? html`<span class="btn bare icon" role="link" aria-disabled="true" aria-label=${words} title=${`${words}: none`}>${icon(name)}</span>`
    : html`<a class="btn bare icon" href=${sessionHref(id)} aria-label=${words} title=${`${words} (${key})`}>${icon(name)}</a>`;
