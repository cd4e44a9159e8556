import type { SessionItem } from "@reeltime/recorder/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { counted } from "../words/counts.js";
import { STATUS_WORDS, statusSentence } from "../words/status-words.js";

/** The pill that says whether a session is going on. */
export function statusPill(item: Pick<SessionItem, "status" | "reason">): TemplateResult {
  const { status } = item;
  const look = status === "live" ? "live" : "plain";
  return html`<span class="pill ${look}" title=${statusSentence(item)}
    >${status === "live" ? html`<span class="dot pulse"></span>` : nothing}${STATUS_WORDS[status]}</span
  >`;
}

/** The pills that say what went wrong; nothing when nothing did. */
export function troublePills({ errors, rages }: SessionItem["counts"]): TemplateResult {
  return html`${errors > 0 ? html`<span class="pill err">${counted(errors, "error")}</span>` : nothing}${
    rages > 0 ? html`<span class="pill rage">${counted(rages, "rage click")}</span>` : nothing
  }`;
}
