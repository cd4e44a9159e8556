import { KINDS, PRODUCTS, picture, price, productOf } from "./products.js";
import { showRecording } from "./recording.js";

const view = document.getElementById("view");
const cart = new Map(JSON.parse(sessionStorage.getItem("fernweh-cart") ?? "[]"));
const shelf = { words: "", kind: "All", sort: "featured" };

/* Views by address. */

function render() {
  const [, , place, id] = location.pathname.split("/");
  if (place === "products" && productOf(id)) showProduct(productOf(id));
  else if (place === "cart") showCart();
  else if (place === "checkout") showCheckout();
  else if (place === "help") showHelp();
  else showShelf();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function go(path) {
  history.pushState({}, "", path);
  render();
  view.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (link === null || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", render);

/* The shelf: a list that filters and sorts. */

function showShelf() {
  document.title = "Fernweh: things for going outside";
  view.innerHTML = `
    <section class="intro">
      <h1>Things for going outside</h1>
      <p class="lede">Twelve good ones. Nobody needs more.</p>
    </section>
    <form class="filters" role="search">
      <input id="words" type="search" placeholder="Search the shelf" aria-label="Search the shelf" value="${escapeHtml(shelf.words)}">
      <div class="chips" role="group" aria-label="Kind">
        ${["All", ...KINDS].map((kind) => `<button type="button" class="chip" data-kind="${kind}" aria-pressed="${kind === shelf.kind}">${kind}</button>`).join("")}
      </div>
      <label class="sort">Sort
        <select id="sort">
          <option value="featured">Featured</option>
          <option value="cheap">Price, low first</option>
          <option value="dear">Price, high first</option>
          <option value="name">Name</option>
        </select>
      </label>
    </form>
    <p class="found" id="found" aria-live="polite"></p>
    <ul class="grid" id="grid"></ul>`;
  const form = view.querySelector("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("#sort").value = shelf.sort;
  form.querySelector("#sort").addEventListener("change", (event) => {
    shelf.sort = event.target.value;
    fillGrid();
  });
  form.querySelector("#words").addEventListener("input", (event) => {
    shelf.words = event.target.value;
    fillGrid();
  });
  form.querySelector(".chips").addEventListener("click", (event) => {
    const chip = event.target.closest("button");
    if (chip === null) return;
    shelf.kind = chip.dataset.kind;
    for (const other of form.querySelectorAll(".chip")) other.ariaPressed = String(other === chip);
    fillGrid();
  });
  fillGrid();
}

const ORDERS = {
  featured: () => 0,
  cheap: (a, b) => a.cents - b.cents,
  dear: (a, b) => b.cents - a.cents,
  name: (a, b) => a.name.localeCompare(b.name),
};

function fillGrid() {
  const words = shelf.words.toLowerCase().trim();
  const found = PRODUCTS.filter(({ kind }) => shelf.kind === "All" || kind === shelf.kind)
    .filter(({ name, about }) => `${name} ${about}`.toLowerCase().includes(words))
    .sort(ORDERS[shelf.sort]);
  view.querySelector("#found").textContent = found.length === 1 ? "1 thing" : `${found.length} things`;
  view.querySelector("#grid").innerHTML = found
    .map(
      (product) => `
      <li class="card">
        <a href="/demo/products/${product.id}" data-view>${picture(product)}<strong>${product.name}</strong></a>
        <p class="line"><span>${price(product.cents)}</span><span class="stock" data-stock="${product.id}">${stock(product)}</span></p>
        <button class="button quiet" data-add="${product.id}">Add to cart</button>
      </li>`,
    )
    .join("");
}

const stock = (product) => (product.stock < 5 ? `only ${product.stock} left` : `${product.stock} left`);

/** Others buy too: the numbers on the shelf change by themselves. */
setInterval(() => {
  const product = PRODUCTS[Math.floor(Math.random() * PRODUCTS.length)];
  product.stock = product.stock > 2 ? product.stock - 1 : product.stock + 20;
  for (const label of document.querySelectorAll(`[data-stock="${product.id}"]`)) {
    label.textContent = stock(product);
    label.classList.add("changed");
    setTimeout(() => label.classList.remove("changed"), 800);
  }
}, 4_000);

/* One product. */

function showProduct(product) {
  document.title = `${product.name}: Fernweh`;
  view.innerHTML = `
    <article class="product">
      ${picture(product)}
      <div>
        <p class="eyebrow">${product.kind}</p>
        <h1>${product.name}</h1>
        <p class="lede">${product.about}</p>
        <p class="line"><span class="big">${price(product.cents)}</span><span class="stock" data-stock="${product.id}">${stock(product)}</span></p>
        <p class="buttons"><button class="button" data-add="${product.id}">Add to cart</button>
        <a class="button quiet" href="/demo" data-view>Back to the shelf</a></p>
      </div>
    </article>`;
}

/* The cart. */

view.addEventListener("click", (event) => {
  const { add, less, more, remove } = event.target.closest("button")?.dataset ?? {};
  if (add) change(add, +1);
  else if (more) change(more, +1);
  else if (less) change(less, -1);
  else if (remove) change(remove, -Infinity);
  else return;
  if (add) {
    const button = event.target.closest("button");
    button.textContent = "Added";
    setTimeout(() => {
      button.textContent = "Add to cart";
    }, 1_200);
  } else render();
});

function change(id, by) {
  const many = Math.max(0, (cart.get(id) ?? 0) + by);
  if (many === 0) cart.delete(id);
  else cart.set(id, many);
  sessionStorage.setItem("fernweh-cart", JSON.stringify([...cart]));
  countCart();
}

function countCart() {
  const many = [...cart.values()].reduce((sum, count) => sum + count, 0);
  const badge = document.getElementById("cart-count");
  badge.textContent = String(many);
  badge.hidden = many === 0;
}

const total = () => [...cart].reduce((sum, [id, many]) => sum + (productOf(id)?.cents ?? 0) * many, 0);

function showCart() {
  document.title = "Cart: Fernweh";
  if (cart.size === 0) {
    view.innerHTML = `<section class="empty"><h1>Your cart is empty</h1><p class="lede">The socks are good.</p><a class="button" href="/demo" data-view>To the shelf</a></section>`;
    return;
  }
  const rows = [...cart].map(([id, many]) => {
    const product = productOf(id);
    return `
      <li class="row">
        ${picture(product)}
        <div><strong>${product.name}</strong><br><span class="soft">${price(product.cents)}</span></div>
        <div class="count"><button data-less="${id}" aria-label="One ${product.name} less">−</button><span>${many}</span><button data-more="${id}" aria-label="One ${product.name} more">+</button></div>
        <span class="sum">${price(product.cents * many)}</span>
        <button class="link" data-remove="${id}">Remove</button>
      </li>`;
  });
  view.innerHTML = `
    <h1>Cart</h1>
    <ul class="rows">${rows.join("")}</ul>
    <form class="voucher"><label>Voucher <input name="voucher" autocomplete="off"></label><button class="button quiet">Apply</button></form>
    <p class="line total"><span>Total</span><span>${price(total())}</span></p>
    <p class="buttons"><a class="button" href="/demo/checkout" data-view>Check out</a></p>`;
  view.querySelector(".voucher").addEventListener("submit", (event) => {
    event.preventDefault();
    applyVoucher(new FormData(event.target).get("voucher"));
  });
}

/** A bug, as shops have them: there are no vouchers, and nobody thought of that. */
function applyVoucher(code) {
  const vouchers = {};
  const { percent } = vouchers[code];
  return total() * percent;
}

/* Checking out: a form, then a page load of its own. */

function showCheckout() {
  document.title = "Check out: Fernweh";
  view.innerHTML = `
    <h1>Check out</h1>
    <form class="form" id="checkout">
      <fieldset><legend>Who you are</legend>
        <label>Name <input name="name" autocomplete="name" required></label>
        <label>E-mail <input name="email" type="email" autocomplete="email" required></label>
        <label>Password, for an account <input name="password" type="password" autocomplete="new-password"></label>
      </fieldset>
      <fieldset><legend>Where to</legend>
        <label>Street <input name="street" autocomplete="street-address" required></label>
        <label>City <input name="city" autocomplete="address-level2" required></label>
        <label>Country <select name="country" autocomplete="country"><option>Germany</option><option>Iceland</option><option>Norway</option><option>Portugal</option><option>Switzerland</option></select></label>
      </fieldset>
      <fieldset><legend>How you pay</legend>
        <label>Card number <input name="card" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" required></label>
        <label>Valid until <input name="expiry" autocomplete="cc-exp" placeholder="12/30"></label>
        <label>Code <input name="cvc" type="password" inputmode="numeric" autocomplete="cc-csc"></label>
      </fieldset>
      <label class="check"><input name="news" type="checkbox"> Write to me when there are new socks</label>
      <label>A note for the parcel <textarea name="note" rows="3"></textarea></label>
      <p class="line total"><span>Total</span><span>${price(total())}</span></p>
      <p class="buttons"><button class="button">Pay ${price(total())}</button></p>
    </form>`;
  view.querySelector("#checkout").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    window.reeltime?.("identify", "demo-visitor", { plan: "demo", country: String(form.get("country")) });
    location.assign(`/demo/orders/F-${String(Date.now()).slice(-6)}`);
  });
}

/* Help: where things go wrong on purpose. */

function showHelp() {
  document.title = "Help: Fernweh";
  view.innerHTML = `
    <h1>Help</h1>
    <p class="lede">Things go wrong here on purpose, so that you can find them in the recording.</p>
    <ul class="trouble">
      <li><button class="button quiet" id="throw">Track my parcel</button><span class="soft">throws an error</span></li>
      <li><button class="button quiet" id="reject">Change my address</button><span class="soft">fails while nobody waits for it</span></li>
      <li><button class="button quiet" id="log">Ask for a refund</button><span class="soft">writes to the console</span></li>
      <li><button class="button quiet" id="dead">Call me back</button><span class="soft">does nothing: click it five times in anger</span></li>
    </ul>
    <div class="answers">
      ${[
        "How do I wash wool socks?|Seldom. Cold, inside out, and dried lying down.",
        "Does the tent stand in wind?|Better than you do.",
        "Can I send it back?|For a year, used or not.",
      ]
        .map((entry) => entry.split("|"))
        .map(([question, answer]) => `<details><summary>${question}</summary><p>${answer}</p></details>`)
        .join("")}
    </div>`;
  view.querySelector("#throw").addEventListener("click", () => {
    const parcel = undefined;
    showStatus(parcel.status);
  });
  view.querySelector("#reject").addEventListener("click", () => {
    void Promise.reject(new Error("The address service answered 502"));
    showStatus("Changing …");
  });
  view.querySelector("#log").addEventListener("click", () => {
    console.error("Refund refused: order has no payment", { order: "F-000000" });
    showStatus("That did not work. Please write to us.");
  });
}

function showStatus(text) {
  const old = view.querySelector(".status");
  const status =
    old ?? view.querySelector(".lede").insertAdjacentElement("afterend", document.createElement("p"));
  status.className = "status";
  status.textContent = text;
}

function escapeHtml(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

countCart();
render();
showRecording();
