import { showRecording } from "./recording.js";

showRecording();

const number = decodeURIComponent(location.pathname.split("/").at(-1));
document.getElementById("order-number").textContent = `Order ${number}`;
sessionStorage.removeItem("fernweh-cart");

// The parcel moves, so that there is something to see.
const steps = [...document.querySelectorAll("#steps li")];
let reached = 0;
const advance = () => {
  steps.forEach((step, index) => {
    step.classList.toggle("done", index < reached);
    step.classList.toggle("now", index === reached);
  });
  if (reached < steps.length) {
    reached += 1;
    setTimeout(advance, 2_500);
  }
};
advance();
