/** The page a browser shows in the workload: text, a form, things to hover, and pictures of many colours. */
const ARTICLE =
  "Gauges along the shore are read every six minutes. A reading that differs by more than a hand from both its neighbours is kept and marked, never thrown away, since now and then it is the sea that is right. ";

/** As HTML, with nothing from outside. The pictures are drawn by numbers that are the same every time. */
export const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Harbour notes</title>
<style>
  body { font: 16px/1.55 "DejaVu Sans", sans-serif; margin: 0; color: #1c2733; background: #fbfcfc; }
  header { position: sticky; top: 0; background: #12303a; color: #fff; padding: 14px 28px; display: flex; gap: 20px; align-items: center; }
  header input { flex: 1; font: inherit; padding: 6px 10px; border: 0; border-radius: 6px; }
  main { max-width: 860px; margin: 0 auto; padding: 24px; }
  nav { display: flex; flex-wrap: wrap; gap: 10px; }
  nav a { padding: 8px 14px; border-radius: 8px; background: #e4eeec; transition: background .15s; }
  nav a:hover { background: #1f7a6d; color: #fff; }
  canvas { width: 100%; border-radius: 10px; margin: 14px 0; }
  tr:hover td { background: #eef4f3; } td { padding: 4px 14px; border-bottom: 1px solid #dde5e6; }
</style>
<header><b>Harbour notes</b><input id="search" placeholder="Search"></header>
<main><nav>${["Tides", "Gauges", "Ferries", "Weather", "Locks", "Repairs", "Archive"].map((word) => `<a>${word}</a>`).join("")}</nav>
${[0, 1, 2].map((part) => `<h2>Part ${part + 1}</h2><p>${ARTICLE.repeat(3)}</p><canvas width="812" height="300" data-seed="${part + 3}"></canvas><table>${Array.from({ length: 12 }, (_, row) => `<tr><td>Gauge ${row + 1}</td><td>${(1.2 + ((row * 37 + part) % 17) / 10).toFixed(2)} m</td><td>${ARTICLE.slice(row * 5, row * 5 + 44)}</td></tr>`).join("")}</table>`).join("")}
</main>
<script>
  document.getElementById("search").focus();
  for (const canvas of document.querySelectorAll("canvas")) {
    let seed = Number(canvas.dataset.seed) * 7919;
    const chance = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const { width, height } = canvas, context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const wave = Math.sin(x / 37 + canvas.dataset.seed) + Math.sin(y / 11 + x / 90) + Math.sin((x + y) / 53);
      const at = (y * width + x) * 4, grain = chance() * 14;
      image.data[at] = 120 + 34 * wave + grain; image.data[at + 1] = 130 + 60 * (y / height) + 16 * wave + grain;
      image.data[at + 2] = 190 - 60 * (y / height) + grain; image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }
</script></html>`;
