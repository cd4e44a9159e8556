/**
 * A minute at a desk: an invoice is written, cannot be saved, and is saved in the end. Told for a display of
 * 1440x900; other sizes cut off the sides or add to them.
 */
import { LEDGER_PLACES } from "./ledger.mjs";
import { PHOTOS_PLACES } from "./photos.mjs";
import { Script } from "./script.mjs";
import { DIALOG_SIZE, dockPlace } from "./shell.mjs";

/** Where the windows lie, before they are moved. */
export const LAYOUT = {
  ledger: { x: 96, y: 76 },
  photos: { x: 812, y: 112 },
  terminal: { x: 632, y: 424 },
  dialog: { x: 286, y: 268 },
};

/** How everything is before the story begins. */
export const BEGINNING = {
  active: "ledger",
  order: ["photos", "ledger"],
  photosX: LAYOUT.photos.x,
  photosY: LAYOUT.photos.y,
  photo: 0,
  slide: 0,
  field: "",
  customer: "",
  work: "",
  hours: "",
  notes: "",
  copy: false,
  total: "€ 0.00",
  saved: false,
  note: "",
  hovered: "",
  pressed: "",
  scroll: 0,
  terminalOpen: false,
  output: [],
  prompt: "",
  dialog: false,
  toast: 0,
};

const TITLE = "Invoice 2041 (not saved) - Ledger";

/** The whole story. `dockAt`: the corner of the dock, where the display has it. */
export function tell(dockAt) {
  const script = new Script({ x: 640, y: 420 });
  const ledger = (place) => [
    LAYOUT.ledger.x + LEDGER_PLACES[place].x,
    LAYOUT.ledger.y + LEDGER_PLACES[place].y,
  ];
  script.fact("identify", "desk-2", { name: "Repair desk", app: "Ledger 4.1" });
  script.wait(200).focus("ledger", TITLE);
  write(script, ledger);
  browse(script);
  failToSave(script, ledger);
  repair(script, dockAt);
  save(script, ledger);
  return script.ordered();
}

function write(script, ledger) {
  script
    .wait(700)
    .moveTo(...ledger("customer"), 700)
    .click("Customer")
    .set({ field: "customer" })
    .wait(250);
  script.type("customer", "Harbour Café").wait(200).key("Tab").set({ field: "work" }).wait(200);
  script.type("work", "Winch repair, slipway 2", 95).wait(150).key("Tab").set({ field: "hours" }).wait(300);
  script
    .type("hours", "3.5", 160)
    .set({ total: "€ 241.50" }, 120)
    .wait(200)
    .key("Tab")
    .set({ field: "notes" });
  script.wait(250).type("notes", "New cable, 14 m, greased and tested.\nThe brake was worn: replaced.", 85);
  script
    .wait(400)
    .moveTo(...ledger("copy"), 650)
    .click("Send a copy to the office");
  script.set({ copy: true, field: "" }).wait(500);
}

function browse(script) {
  const title = {
    x: BEGINNING.photosX + PHOTOS_PLACES.title.x,
    y: BEGINNING.photosY + PHOTOS_PLACES.title.y,
  };
  script
    .moveTo(title.x, title.y, 750)
    .wait(120)
    .down()
    .set({ order: ["ledger", "photos"] });
  script.focus("photos", "winch-01.jpg - Photos").wait(150);
  script.moveTo(title.x + 44, title.y - 40, 1_300, (x, y) =>
    script.set({ photosX: BEGINNING.photosX + x - title.x, photosY: BEGINNING.photosY + y - title.y }),
  );
  script
    .set({ photosX: BEGINNING.photosX + 44, photosY: BEGINNING.photosY - 40 })
    .up()
    .wait(350);
  const at = [BEGINNING.photosX + 44 + PHOTOS_PLACES.next.x, BEGINNING.photosY - 40 + PHOTOS_PLACES.next.y];
  script
    .moveTo(...at, 600)
    .set({ hovered: "next" })
    .click("Next picture")
    .glide("slide", 0, 1, 700);
  script.set({ photo: 1, slide: 0, hovered: "" }).wait(1_900);
}

function failToSave(script, ledger) {
  script
    .moveTo(...ledger("save"), 800)
    .set({ hovered: "save" })
    .wait(150)
    .click("Save")
    .set({ pressed: "save" }, -90);
  script
    .set({ order: ["photos", "ledger"], pressed: "" })
    .focus("ledger", TITLE)
    .wait(350);
  script.set({ dialog: true, hovered: "", note: "Not saved" });
  script.fact("error", "Invoice 2041 could not be saved: the disk is full").wait(1_700);
  const ok = [LAYOUT.dialog.x + DIALOG_SIZE.width - 74, LAYOUT.dialog.y + DIALOG_SIZE.height - 37];
  script
    .moveTo(...ok, 700)
    .set({ hovered: "ok" })
    .click("OK")
    .set({ dialog: false, hovered: "" })
    .wait(600);
}

const LISTING = [
  "Filesystem      Size  Used  Avail  Use%",
  "! /home/office   40G   40G     0M  100%",
  "/archive        500G  212G   288G   43%",
];
const MOVED = 31;

function repair(script, dockAt) {
  const icon = dockPlace("terminal");
  script
    .moveTo(dockAt.x + icon.x, dockAt.y + icon.y, 750)
    .set({ hovered: "terminal" })
    .wait(80)
    .click("Terminal");
  script.wait(250).set({ terminalOpen: true, hovered: "", order: ["photos", "ledger", "terminal"] });
  script.focus("terminal", "Terminal").wait(700).type("prompt", "df -h", 130).wait(250).key("Enter");
  let output = ["$ df -h", ...LISTING];
  script.set({ output, prompt: "" }).wait(1_300).type("prompt", "archive --older-than 90d ~/scans", 75);
  script.wait(300).key("Enter");
  output = [...output, "$ archive --older-than 90d ~/scans"];
  script.set({ output, prompt: undefined });
  for (let number = 1; number <= MOVED; number++) {
    script.wait(95);
    const share = String(Math.round((number / MOVED) * 100)).padStart(3);
    output = [
      ...output,
      `${share}%  scans/${2_000 + number * 7}-${String((number * 37) % 97).padStart(2, "0")}.tif  ->  /archive`,
    ];
    script.set({ output });
  }
  output = [...output, `ok  ${MOVED} files moved, 6.2 GB free`];
  script
    .set({ output, prompt: "" })
    .fact("custom", "disk cleaned", { files: MOVED, freeGb: 6.2 })
    .wait(1_200);
}

function save(script, ledger) {
  const title = ledger("title");
  script
    .moveTo(title[0] - 60, title[1], 750)
    .click()
    .set({ order: ["photos", "terminal", "ledger"] }, -90);
  script.focus("ledger", TITLE).wait(500).key("Ctrl+S").wait(300);
  script.set({ saved: true, note: "Saved just now" }).wait(150).glide("toast", 0, 1, 250).wait(1_200);
  script.moveTo(...ledger("list"), 700);
  for (let notch = 1; notch <= 4; notch++)
    script
      .wheel(1)
      .set({ scroll: notch * 26 }, 40)
      .wait(220);
  script
    .wait(700)
    .glide("toast", 1, 0, 400)
    .moveTo(...ledger("send"), 700)
    .set({ hovered: "send" })
    .wait(200);
  script.click("Send").set({ note: "Sent to Harbour Café", hovered: "" }, 250).wait(5_500);
}
