// The list of sources can be searched, and what would change is read first.

for (const box of document.querySelectorAll("[data-search]")) {
  const input = box.querySelector("input");
  const rows = [...document.getElementById(box.dataset.search).querySelectorAll("label")];
  box.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().trim();
    for (const row of rows) {
      row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words) && !row.querySelector("input").checked;
    }
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

document.querySelector("[data-focus]")?.focus();
