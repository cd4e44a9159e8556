import {
  addActivity,
  type ClientInfo,
  createSessionId,
  emptyActivity,
  type Fact,
  parseProjectId,
  type SessionDetail,
  type SessionItem,
  type WindowId,
} from "@reeltime/recorder/protocol";

const PROJECT = parseProjectId("shop-web");
const WINDOW = "window-1" as WindowId;
const MINUTE_MS = 60_000;
/** What one frame of a made-up session spans. */
export const FRAME_MS = 5_000;

const MAC_CHROME =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 20_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.1 Mobile/15E148 Safari/604.1";
const WINDOWS_FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0";

/** Repeatable randomness, 0 to 1. */
function dice(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export interface Fabricated extends Partial<Omit<SessionItem, "counts" | "client">> {
  readonly counts?: Partial<SessionItem["counts"]>;
  readonly client?: Partial<ClientInfo>;
  /** ms. */
  readonly lasted?: number;
}

let made = 0;

/** A session as the server lists it; what is not given is plausible. */
export function fabricate(startMs: number, given: Fabricated = {}): SessionItem {
  made += 1;
  const roll = dice(made * 7_919);
  const lasted = given.lasted ?? 4 * MINUTE_MS;
  const random = new Uint8Array(10).map((_, index) => (made >> (index * 4)) & 0xff);
  const empty = given.counts?.events === 0;
  let activity = emptyActivity(startMs);
  if (!empty) {
    for (let at = 0; at < lasted; at += 1_000) {
      const quiet = roll() < 0.4;
      activity = addActivity(activity, startMs + at, quiet ? 0 : Math.round(roll() ** 3 * 60));
    }
  }
  const errors = given.counts?.errors ?? 0;
  const rages = given.counts?.rages ?? 0;
  const at = () => startMs + Math.floor(roll() * lasted);
  const { counts, client, lasted: _, ...rest } = given;
  return {
    id: createSessionId(startMs, random),
    project: PROJECT,
    status: "closed",
    reason: given.status === undefined || given.status === "closed" ? "stopped" : null,
    startMs,
    lastMs: startMs + lasted,
    user: null,
    page: { url: "https://shop.example/products/lamp-02?colour=oak", title: "Oak desk lamp" },
    client: {
      sdk: "browser/0.1.0",
      userAgent: MAC_CHROME,
      language: "en-GB",
      timeZone: "Europe/Stockholm",
      url: "https://shop.example/products",
      title: "Products",
      referrer: "https://search.example/",
      screenWidth: 1440,
      screenHeight: 900,
      ...client,
    },
    counts: {
      events: 812,
      bytes: 1_482_000,
      pages: 3,
      clicks: 12,
      errors: 0,
      rages: 0,
      lostEvents: 0,
      ...counts,
    },
    activity,
    ticks: [
      ...Array.from({ length: errors }, () => ({ type: "error" as const, atMs: at() })),
      ...Array.from({ length: rages }, () => ({ type: "rage" as const, atMs: at() })),
    ],
    ...rest,
  };
}

/** A list with everything that strains a layout in it: long names, other scripts, nothing at all, much trouble. */
export function fabricateList(nowMs: number): readonly SessionItem[] {
  const ago = (minutes: number) => nowMs - minutes * MINUTE_MS;
  const user = (id: string, name?: string, email?: string) => ({
    id,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
  });
  return [
    fabricate(ago(4.2), {
      status: "live",
      lasted: 4.2 * MINUTE_MS - 2_000,
      user: user("1042", "Maja Lindqvist", "maja@shop.example"),
      page: { url: "https://shop.example/checkout", title: "Checkout" },
      counts: { errors: 1, rages: 2, clicks: 31, pages: 4 },
    }),
    fabricate(ago(6), {
      status: "live",
      lasted: 5.9 * MINUTE_MS,
      client: { userAgent: IPHONE, screenWidth: 390, screenHeight: 844 },
      page: { url: "https://shop.example/products/lamp-02", title: "Desk lamp" },
    }),
    fabricate(ago(9), {
      status: "away",
      lasted: 3 * MINUTE_MS,
      user: user(
        "77",
        undefined,
        "someone.with.a.very.long.address.indeed@a-very-long-department-name.example",
      ),
      page: {
        url: "https://shop.example/search?q=a+very+long+query+that+nobody+would+ever+type+but+somebody+pasted+here&sort=price&page=12",
        title:
          "Results for “a very long query that nobody would ever type but somebody pasted here” – page 12 of 380",
      },
      client: { userAgent: WINDOWS_FIREFOX },
    }),
    fabricate(ago(18), {
      lasted: 11.4 * MINUTE_MS,
      user: user("881", "نور الدين الخطيب", "nour@shop.example"),
      page: { url: "https://shop.example/ar/السلة", title: "سلة التسوق" },
      counts: { errors: 3 },
    }),
    fabricate(ago(25), {
      lasted: 41_000,
      user: user("902", "Ōe 健三郎"),
      page: { url: "https://shop.example/", title: "" },
      counts: { pages: 1, clicks: 0 },
    }),
    fabricate(ago(31), { lasted: 0, counts: { events: 0, pages: 0, clicks: 0, bytes: 0 } }),
    fabricate(ago(52), {
      lasted: 24.8 * MINUTE_MS,
      user: user("310", "Tomás Ferreira", "tomas@shop.example"),
      page: { url: "https://shop.example/account/billing", title: "Billing" },
      counts: { errors: 1_204, rages: 14, clicks: 2_310, pages: 120, lostEvents: 37 },
    }),
    fabricate(ago(95), {
      lasted: 3 * 60 * MINUTE_MS,
      user: user("design-7", "Designer 7"),
      client: { userAgent: undefined, sdk: "desktop/0.1.0", screenWidth: 2560, screenHeight: 1440 } as never,
      page: { url: "Designer – main window", title: "" },
      counts: { clicks: 940, pages: 0 },
    }),
    ...Array.from({ length: 8 }, (_, index) =>
      fabricate(ago(140 + index * 190), {
        lasted: (1 + index) * 47_000,
        ...(index % 3 === 0
          ? { user: user(`u${index}`, `Shopper ${641 + index}`, `${641 + index}@shop.example`) }
          : {}),
        counts: { rages: index === 5 ? 1 : 0 },
      }),
    ),
  ];
}

const FACTS: readonly (readonly [number, Fact["type"], string, Fact["detail"]?])[] = [
  [0, "navigation", "https://shop.example/products", { title: "Products" }],
  [0.08, "click", "Oak desk lamp"],
  [0.09, "navigation", "https://shop.example/products/lamp-02?colour=oak", { title: "Oak desk lamp" }],
  [0.2, "click", "Add to cart"],
  [0.27, "identify", "1042", { name: "Maja Lindqvist", email: "maja@shop.example", plan: "pro" }],
  [0.36, "navigation", "https://shop.example/checkout", { title: "Checkout" }],
  [0.4, "input", "E-mail"],
  [0.44, "input", "Card number"],
  [0.62, "click", "Pay 214.00"],
  [
    0.625,
    "error",
    "TypeError: Cannot read properties of undefined (reading 'id')",
    { file: "https://shop.example/assets/checkout.js", line: 88, column: 14 },
  ],
  [0.64, "rage", "Pay 214.00", { count: 6 }],
  [0.72, "console", "Payment failed: 502"],
  [0.8, "click", "Help"],
  [0.85, "custom", "support_opened", { topic: "payment", attempts: 3 }],
  [0.93, "input", "Message"],
];

/** All about a session: its facts are spread over its length, `repeat` times. */
export function fabricateDetail(item: SessionItem, repeat = 1): SessionDetail {
  const lasted = item.lastMs - item.startMs;
  const facts = Array.from({ length: repeat }, (_, round) =>
    FACTS.map(([at, type, text, detail]) => ({
      type,
      atMs: item.startMs + Math.round(((round + at) / repeat) * lasted),
      text,
      ...(detail === undefined ? {} : { detail }),
      seqNum: 2 + Math.floor(((round + at) / repeat) * (lasted / FRAME_MS)),
      window: WINDOW,
    })),
  ).flat();
  return {
    ...item,
    windows: [{ window: WINDOW, firstMs: item.startMs, lastMs: item.lastMs, events: item.counts.events }],
    checkouts: [{ seqNum: 2, window: WINDOW, atMs: item.startMs }],
    facts: item.counts.events === 0 ? [] : facts,
    factsCut: 0,
    tail: 2 + Math.ceil(lasted / FRAME_MS),
    after: null,
  };
}
