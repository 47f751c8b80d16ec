// One entry: what users will read and how long it is, while it is typed; and ids at a click.

const form = document.querySelector("form[data-entry]");

// preview asks the server, which knows the facts; the answer is put in as text.
async function preview(area) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, field: area.dataset.preview, text: area.value });
  const answer = await fetch(`/entries/${form.dataset.entry}/preview`, { method: "POST", body });
  if (!answer.ok) return;
  const said = await answer.json();
  if (body.get("text") !== area.value) return; // typed on meanwhile
  const bubble = document.getElementById(area.id + "-preview");
  bubble.textContent = said.text;
  bubble.parentElement.hidden = said.text === "";
  const count = document.getElementById(area.id + "-count");
  count.textContent = said.count;
  count.classList.toggle("over", said.long);
  const unknown = document.getElementById(area.id + "-unknown");
  unknown.textContent = said.warn;
  unknown.hidden = said.warn === "";
}

for (const area of form?.querySelectorAll("[data-preview]") ?? []) {
  let timer;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => preview(area).catch(() => {}), 400);
  });
}

for (const button of form?.querySelectorAll("[data-add]") ?? []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const area = document.getElementById(button.dataset.add);
    const ids = area.value.split(/[\s,，、;；]+/).filter(Boolean);
    if (!ids.includes(button.dataset.id)) ids.push(button.dataset.id);
    area.value = ids.join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
