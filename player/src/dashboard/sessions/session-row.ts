import type { SessionItem } from "@reeltime/recorder/protocol";
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base, marks } from "../../style/index.js";
import { icon } from "../icons.js";
import { sessionHref } from "../model/route.js";
import { countsInWords } from "../words/counts.js";
import { describeDevice } from "../words/device.js";
import { clockDuration, spokenDuration } from "../words/duration.js";
import { describePage } from "../words/page-words.js";
import { describePerson } from "../words/person.js";
import { isDesktop } from "../words/session-kind.js";
import { lengthMs } from "../words/status-words.js";
import { fullTime, spokenWhen } from "../words/when.js";
import { statusPill, troublePills } from "./badges.js";
import { columns, rowStyle } from "./session-row.style.js";
import { drawSparkline, sparklineStyle } from "./sparkline.js";

/** One session in the list: who, where, on what, what happened, how long and when. A link to it. */
@customElement("rt-session-row")
export class SessionRowElement extends LitElement {
  static override styles = [base, marks, columns, sparklineStyle, rowStyle];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  @property({ attribute: false }) accessor item: SessionItem | undefined;
  /** The server's time, as coarse as the row needs it. */
  @property({ attribute: false }) accessor nowMs = 0;
  @property({ type: Boolean, reflect: true }) accessor selected = false;
  /** Came by itself just now. */
  @property({ type: Boolean, reflect: true }) accessor fresh = false;
  /** No longer belongs, and goes when the list is let go. */
  @property({ type: Boolean, reflect: true }) accessor leaving = false;
  /** Whether Tab stops here: one row of the list does. */
  @property({ type: Boolean }) accessor reachable = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = "listitem";
  }

  override render() {
    const { item, nowMs } = this;
    if (item === undefined) return nothing;
    const person = describePerson(item);
    const desktop = isDesktop(item.client);
    const page = describePage(item.page, desktop);
    const device = describeDevice(item.client);
    const length = lengthMs(item, nowMs);
    return html`
      <a class="columns" href=${sessionHref(item.id)} tabindex=${this.reachable ? 0 : -1}>
        <span class="who">
          <span class="av" style="--h:${person.hue}" aria-hidden="true">${person.initials}</span>
          <span class="grow">
            <b class="clip" dir="auto" title=${person.name}>${person.name}</b>
            <span class="sub clip" dir="auto" title=${person.also}>${person.also}</span>
          </span>
        </span>
        <span class="page" title=${page.full}>
          <span class="clip" dir="auto">${page.title}</span>
          <span class="sub mono clip">${page.where}</span>
        </span>
        <span class="device sub" title=${item.client.userAgent ?? item.client.sdk}>
          ${icon(device.icon)}<span class="clip">${device.label}</span>
        </span>
        <span class="what">
          ${item.activity.counts.length > 0 ? drawSparkline(item) : nothing}
          <span class="words">${countsInWords(item.counts, desktop)}</span>
        </span>
        <span class="badges">
          ${item.status === "closed" ? nothing : statusPill(item)}${troublePills(item.counts)}
        </span>
        <span class="when">
          <span class="length" title=${spokenDuration(length)}>${clockDuration(length)}</span><br />
          <time class="sub" datetime=${new Date(item.startMs).toISOString()} title=${`Started ${fullTime(item.startMs)}`}
            >${spokenWhen(item.startMs, nowMs)}</time
          >
        </span>
      </a>
    `;
  }
}
