import { createSessionId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { countsInWords, spokenBytes } from "../../../src/dashboard/words/counts.js";
import { describeDevice } from "../../../src/dashboard/words/device.js";
import { addressPath, describePage } from "../../../src/dashboard/words/page-words.js";
import { describePerson } from "../../../src/dashboard/words/person.js";
import { snippet } from "../../../src/dashboard/words/snippet.js";
import { lengthMs } from "../../../src/dashboard/words/status-words.js";

const id = createSessionId(1_760_000_000_000, new Uint8Array(10).fill(7));
const agent = (userAgent: string) => describeDevice({ sdk: "browser/0.1.0", userAgent }).label;

describe("devices", () => {
  it.each([
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
      "Chrome 156 · macOS",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
      "Edge 156 · Windows",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0", "Firefox 147 · Linux"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 20_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.1 Mobile/15E148 Safari/604.1",
      "Safari 20 · iOS · mobile",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 20_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
      "Chrome 156 · iOS · mobile",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.0 Safari/605.1.15",
      "Safari 20 · macOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/30.0 Chrome/136.0.0.0 Mobile Safari/537.36",
      "Samsung Internet 30 · Android · mobile",
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Shop/2.1.0 Chrome/140.0.0.0 Electron/38.1.0 Safari/537.36",
      "Electron 38 · Linux",
    ],
    ["curl/8.5", "Unknown browser"],
  ])("%s", (userAgent, label) => {
    expect(agent(userAgent)).toBe(label);
  });

  it("a desktop's recorder is an app, on what it says, with a sign of its own", () => {
    const userAgent = "Reeltime desktop (Macintosh; Mac OS X 25.1.0; arm64) Node/20.20.2";
    expect(describeDevice({ sdk: "desktop/0.1.0", userAgent })).toMatchObject({
      label: "Desktop app · macOS",
      icon: "desktop",
    });
    const electron =
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Electron/38.1.0 Safari/537.36";
    expect(describeDevice({ sdk: "desktop/0.1.0", userAgent: electron }).label).toBe(
      "Electron 38 app · Windows",
    );
    expect(describeDevice({ sdk: "browser/0.1.0", userAgent: electron })).toMatchObject({ icon: "browser" });
  });

  it("a client without a user agent is an app on a screen", () => {
    expect(describeDevice({ sdk: "desktop/0.1.0", screenWidth: 1920, screenHeight: 1080 }).label).toBe(
      "Desktop app · 1920 × 1080",
    );
  });
});

describe("people", () => {
  it("somebody is called by name, then e-mail, then id", () => {
    const all = { id: "7", name: "Maja Lindqvist", email: "maja@shop.example" };
    expect(describePerson({ id, user: all })).toMatchObject({
      name: "Maja Lindqvist",
      also: "maja@shop.example",
      initials: "ML",
    });
    expect(describePerson({ id, user: { id: "7", email: "maja@shop.example" } })).toMatchObject({
      name: "maja@shop.example",
      also: "7",
      initials: "M",
    });
    expect(describePerson({ id, user: { id: "7", name: "  " } })).toMatchObject({ name: "7", also: "" });
  });

  it("nobody is Anonymous, told apart by the session", () => {
    expect(describePerson({ id, user: null })).toMatchObject({
      name: "Anonymous",
      also: `visitor ${id.slice(-4)}`,
      initials: "?",
      anonymous: true,
    });
  });

  it("initials are whole letters in any script", () => {
    const initials = (name: string) => describePerson({ id, user: { id: "7", name } }).initials;
    expect(initials("👩‍🚀 Ada")).toBe("👩‍🚀A");
    expect(initials("नीलम शर्मा")).toBe("नीश");
    expect(initials("(bot) crawler")).toBe("BC");
  });

  it("one person has one hue in every session", () => {
    const other = createSessionId(1_770_000_000_000, new Uint8Array(10).fill(9));
    const user = { id: "7" };
    expect(describePerson({ id, user }).hue).toBe(describePerson({ id: other, user }).hue);
    expect(describePerson({ id, user: null }).hue).not.toBe(describePerson({ id: other, user: null }).hue);
  });
});

describe("pages", () => {
  it("has its title and its path", () => {
    expect(describePage({ url: "https://shop.example/cart?step=2", title: "Cart" })).toMatchObject({
      title: "Cart",
      where: "/cart?step=2",
    });
  });

  it("without a title is its path, and then says the host", () => {
    expect(describePage({ url: "https://shop.example/cart", title: " " })).toMatchObject({
      title: "/cart",
      where: "shop.example",
    });
  });

  it("that is no address is shown as it is", () => {
    expect(describePage({ url: "Designer – main window", title: "" })).toMatchObject({
      title: "Designer – main window",
      where: "",
    });
    expect(describePage({ url: "", title: "" }).title).toBe("No page yet");
  });

  it("is readable in other scripts, and survives a stray percent sign", () => {
    expect(addressPath("https://shop.example/ar/%D8%A7%D9%84%D8%B3%D9%84%D8%A9")).toBe("/ar/السلة");
    expect(addressPath("https://shop.example/100%")).toBe("/100%");
  });

  it("never becomes a script's address", () => {
    expect(describePage({ url: "javascript:alert(1)", title: "" }).title).toBe("javascript:alert(1)");
  });
});

describe("counts", () => {
  const none = { events: 0, bytes: 0, pages: 0, clicks: 0, errors: 0, rages: 0, lostEvents: 0 };

  it("are said in words that fit their number", () => {
    expect(countsInWords({ ...none, events: 9, pages: 1, clicks: 1_284 })).toBe("1 page · 1,284 clicks");
    expect(countsInWords({ ...none, events: 9 })).toBe("No clicks");
    expect(countsInWords(none)).toBe("Nothing yet");
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_500, "1.5 KB"],
    [41_300, "41 KB"],
    [3_100_000_000, "3.1 GB"],
  ])("%d bytes are %s", (bytes, said) => {
    expect(spokenBytes(bytes)).toBe(said);
  });

  it("a live session lasts until now, any other until its newest event", () => {
    const times = { startMs: 1_000, lastMs: 5_000 };
    expect(lengthMs({ ...times, status: "live" }, 9_000)).toBe(8_000);
    expect(lengthMs({ ...times, status: "live" }, 2_000)).toBe(4_000);
    expect(lengthMs({ ...times, status: "away" }, 9_000)).toBe(4_000);
    expect(lengthMs({ ...times, status: "closed" }, 9_000)).toBe(4_000);
  });
});

describe("the snippet", () => {
  it("is the documented text with the key and the host in it", () => {
    expect(snippet({ projectKey: "pk_1", origin: "https://replay.example.com" })).toBe(`<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,"https://replay.example.com");
  reeltime("init", { projectKey: "pk_1", apiHost: "https://replay.example.com" });
</script>`);
  });

  it("cannot be left by what is put into it", () => {
    const text = snippet({ projectKey: '"</script><b>', origin: "https://a.example" });
    expect(text.match(/<\/script>/g)).toHaveLength(1);
  });
});
