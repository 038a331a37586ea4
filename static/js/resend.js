// Lets a corrected file be dropped on the report. Without this script its file field works as any does.
(() => {
  const form = document.getElementById("resend-form");
  if (!form) return;
  const drop = form.querySelector(".drop");
  const input = form.elements.file;
  const words = form.querySelector("[aria-live]");
  const texts = JSON.parse(document.getElementById("resend-texts").textContent);
  form.querySelectorAll("[data-needs-script]").forEach((item) => { item.hidden = false; });

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = () => {
    const file = input.files[0];
    words.textContent = file ? texts.chosen.replace("{file}", file.name) : "";
  };
  input.addEventListener("change", show);

  // A file that is dropped beside the field is not to be opened by the browser in place of the report.
  for (const type of ["dragover", "drop"]) {
    window.addEventListener(type, (event) => { if (holdsFiles(event)) event.preventDefault(); });
  }
  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, () => drop.classList.add("over"));
  }
  for (const type of ["dragleave", "drop"]) {
    drop.addEventListener(type, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    const files = event.dataTransfer.files;
    if (files.length > 1) {
      words.textContent = texts.several;
    } else if (files.length) {
      input.files = files;
      show();
    }
  });
})();
