// The chat on /try goes on in place. Every deed is a form that works without this script; here
// it is sent aside, and of the page that comes back the parts with data-swap are taken over.
const form = document.getElementById("try");
const text = form.elements.text;
form.classList.add("live-chat");

const swaps = (root) => new Map([...root.querySelectorAll("[data-swap]")].map((e) => [e.dataset.swap, e]));
const opened = (html) => html.replaceAll(' open=""', "");

// scroll shows the end of each conversation.
function scroll() {
  for (const log of document.querySelectorAll("[data-log]")) log.scrollTop = log.scrollHeight;
}

// grow puts into a log what is new, so that a screen reader reads that alone and what was
// opened stays open.
function grow(log, fresh) {
  const old = [...log.children], now = [...fresh.children];
  let same = 0;
  while (same < old.length && same < now.length && opened(old[same].outerHTML) === opened(now[same].outerHTML)) same++;
  for (const gone of old.slice(same)) gone.remove();
  log.append(...now.slice(same));
}

function takeOver(page) {
  const here = swaps(document), there = swaps(page);
  form.className = page.getElementById("try").className + " live-chat";
  for (const [name, element] of here) {
    const fresh = there.get(name);
    if (!fresh) continue;
    if (element.tagName === "INPUT") {
      element.value = fresh.value;
      continue;
    }
    const logs = element.querySelectorAll("[data-log]"), freshLogs = fresh.querySelectorAll("[data-log]");
    const alike = logs.length > 0 && [...logs].map((l) => l.getAttribute("aria-labelledby")).join() === [...freshLogs].map((l) => l.getAttribute("aria-labelledby")).join();
    if (alike) logs.forEach((log, i) => grow(log, freshLogs[i]));
    else element.replaceChildren(...fresh.childNodes);
  }
  for (const name of ["text", "later"]) form.elements[name].value = page.querySelector(`#try [name=${name}]`).value;
}

let busy = false;
async function send(button) {
  busy = true;
  form.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-CSRF-Token": form.elements.csrf.value } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("try")) throw new Error("another page");
    takeOver(page);
    form.querySelector(".examples").open = page.querySelector(".examples").open;
    scroll();
    if (button?.name !== "do" || button.value !== "show") text.focus();
  } catch {
    form.dataset.plain = "yes"; // signed out, refused or offline: the browser shows what it is
    form.requestSubmit(button);
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
}

form.addEventListener("submit", (event) => {
  if (form.dataset.plain) return;
  event.preventDefault();
  if (!busy) send(event.submitter);
});

// Another release or another date answers the same conversation at once.
for (const name of ["side", "now"]) {
  form.elements[name].addEventListener("change", () => form.requestSubmit(form.querySelector("[name=do][value=show]")));
}
scroll();
