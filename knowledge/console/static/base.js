// What every page may use; all of them work without it.

// <button data-copy="id" hidden> copies the text of an element and says so in [data-copied].
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    const said = document.querySelector("[data-copied]");
    said.textContent = said.dataset.copied;
    said.classList.remove("unseen");
  });
}

// Escape closes an open menu or question, and gives the focus back.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement.closest("details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// <form data-keep> warns before what was typed is lost.
for (const form of document.querySelectorAll("form[data-keep]")) {
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}

// After a form came back, the first field with a problem has the focus.
document.querySelector("[aria-invalid=true]")?.focus();
