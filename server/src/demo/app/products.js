/** What the shop sells. Prices in cents. */
export const PRODUCTS = [
  {
    id: "ridge-tent",
    name: "Ridge tent",
    kind: "Sleep",
    cents: 28900,
    stock: 7,
    hue: 152,
    shape: "tent",
    about: "Two people, three seasons, one pole fewer than you would expect.",
  },
  {
    id: "down-bag",
    name: "Down bag",
    kind: "Sleep",
    cents: 21900,
    stock: 12,
    hue: 268,
    shape: "bag",
    about: "Warm to five below. Packs to the size of a loaf of bread.",
  },
  {
    id: "foam-mat",
    name: "Foam mat",
    kind: "Sleep",
    cents: 3900,
    stock: 40,
    hue: 200,
    shape: "mat",
    about: "Nothing to inflate, nothing to puncture, nothing to explain.",
  },
  {
    id: "spirit-stove",
    name: "Spirit stove",
    kind: "Cook",
    cents: 5400,
    stock: 18,
    hue: 18,
    shape: "stove",
    about: "Boils a litre in seven minutes and has no moving parts.",
  },
  {
    id: "steel-mug",
    name: "Steel mug",
    kind: "Cook",
    cents: 1900,
    stock: 64,
    hue: 210,
    shape: "mug",
    about: "Holds coffee, soup, and the heat.",
  },
  {
    id: "pot-set",
    name: "Pot set",
    kind: "Cook",
    cents: 6900,
    stock: 9,
    hue: 38,
    shape: "pot",
    about: "Two pots and a lid that is also a pan.",
  },
  {
    id: "day-pack",
    name: "Day pack",
    kind: "Carry",
    cents: 9900,
    stock: 23,
    hue: 12,
    shape: "pack",
    about: "Twenty litres, one zip, no straps that flap.",
  },
  {
    id: "dry-bag",
    name: "Dry bag",
    kind: "Carry",
    cents: 2900,
    stock: 31,
    hue: 186,
    shape: "dry",
    about: "Rolls three times, floats when you do not.",
  },
  {
    id: "trail-map",
    name: "Trail map",
    kind: "Find",
    cents: 1400,
    stock: 55,
    hue: 96,
    shape: "map",
    about: "Paper. Works without a signal.",
  },
  {
    id: "head-lamp",
    name: "Head lamp",
    kind: "Find",
    cents: 4500,
    stock: 3,
    hue: 48,
    shape: "lamp",
    about: "Four hundred lumens, and a red light for reading in company.",
  },
  {
    id: "compass",
    name: "Compass",
    kind: "Find",
    cents: 3200,
    stock: 16,
    hue: 340,
    shape: "compass",
    about: "Knows where north is. So will you.",
  },
  {
    id: "wool-socks",
    name: "Wool socks",
    kind: "Wear",
    cents: 2200,
    stock: 80,
    hue: 126,
    shape: "socks",
    about: "The most important thing in this shop.",
  },
];

/** The kinds there are, in the order of the shelf. */
export const KINDS = [...new Set(PRODUCTS.map((product) => product.kind))];

/** Finds one. */
export const productOf = (id) => PRODUCTS.find((product) => product.id === id);

/** Writes a price. */
export const price = (cents) => `€${(cents / 100).toFixed(2)}`;

const SHAPES = {
  tent: "M14 74 50 22l36 52H60L50 54 40 74z",
  bag: "M34 20h32c8 0 12 6 12 14v40c0 6-4 10-10 10H32c-6 0-10-4-10-10V34c0-8 4-14 12-14zm4 14c0 14 24 14 24 0z",
  mat: "M20 30h44a16 16 0 0 1 0 32H20zM64 38a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
  stove: "M26 46h48l-6 34H32zM50 16c10 10 12 16 8 24H42c-4-8 2-12 8-24z",
  mug: "M24 28h40v44a8 8 0 0 1-8 8H32a8 8 0 0 1-8-8zm40 10h6a10 10 0 0 1 0 24h-6v-8h5a4 4 0 0 0 0-8h-5z",
  pot: "M20 40h60v28a12 12 0 0 1-12 12H32a12 12 0 0 1-12-12zM14 42h6v8h-6zm66 0h6v8h-6zM30 28h40v8H30z",
  pack: "M38 22a12 12 0 0 1 24 0v4c10 4 14 12 14 22v30H24V48c0-10 4-18 14-22zM34 56h32v14H34z",
  dry: "M32 24h36v8H32zM28 36h44l6 40a8 8 0 0 1-8 8H30a8 8 0 0 1-8-8z",
  map: "M18 28l20-8 24 8 20-8v52l-20 8-24-8-20 8zM38 28v36m24-28v36",
  lamp: "M20 44c0-20 60-20 60 0v6H20zM38 54h24v14a12 12 0 0 1-24 0z",
  compass: "M50 14a36 36 0 1 1 0 72 36 36 0 0 1 0-72zm14 22-20 8-8 20 20-8z",
  socks: "M36 16h24v36l16 14a10 10 0 0 1-14 14L38 62a8 8 0 0 1-2-6z",
};

/** Draws one. */
export const picture = ({ hue, shape, name }) => `
  <svg class="picture" viewBox="0 0 100 100" role="img" aria-label="${name}" data-hue="${hue}">
    <rect width="100" height="100" fill="hsl(${hue} 38% 88%)"/>
    <circle cx="50" cy="52" r="40" fill="hsl(${hue} 42% 80%)"/>
    <path d="${SHAPES[shape]}" fill="hsl(${hue} 40% 36%)" fill-rule="evenodd"/>
  </svg>`;
