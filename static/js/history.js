// The list asks for itself while something in it is under way. Nobody looks at a page that is hidden: it waits.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});

// What has changed is said once, in a place that stays: the list itself is exchanged as a whole.
const statuses = () =>
  new Map(
    [...document.querySelectorAll("#history [data-job]")].map((line) => [
      line.dataset.job,
      `${line.querySelector(".file-name").textContent}: ${line.querySelector(".status").textContent.trim()}`,
    ]),
  );
let before = statuses();
document.addEventListener("htmx:afterSwap", () => {
  const now = statuses();
  const changed = [...now].filter(([job, words]) => before.has(job) && before.get(job) !== words);
  before = now;
  if (changed.length) document.getElementById("history-said").textContent = changed.map(([, words]) => words).join(". ");
});
