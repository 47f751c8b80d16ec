// The chat: what was said, what is sent, and what comes from the server. The
// conversation lives in this tab's session storage, so that a reload keeps it
// and closing the tab forgets it.

import { render, detail, setLanguage, hasLanguage } from "./view.js";

const $ = (id) => document.getElementById(id);
const log = $("log"), text = $("text"), tray = $("tray"), more = $("more");
const keptItems = 100, pollEvery = 2500;

let user = recall("user") || newID();
let items = JSON.parse(recall("items") || "[]");
let following = recall("following") !== "no";
let seen = Number(recall("seen") || 0);
let contacted = recall("contacted") === "yes"; // the server knows this user
let waiting = 0;

function newID() {
  const id = crypto.getRandomValues(new Uint8Array(16));
  return "tab-" + Array.from(id, (b) => b.toString(16).padStart(2, "0")).join("");
}

function recall(key) {
  try { return sessionStorage.getItem("try." + key); } catch { return null; }
}

function remember() {
  try {
    sessionStorage.setItem("try.user", user);
    sessionStorage.setItem("try.following", following ? "yes" : "no");
    sessionStorage.setItem("try.seen", String(seen));
    sessionStorage.setItem("try.contacted", contacted ? "yes" : "no");
    sessionStorage.setItem("try.items", JSON.stringify(items));
  } catch {
    items = items.slice(-20); // storage is full or forbidden: the page works without it
  }
}

// show adds an item to the end of the conversation.
function show(item) {
  items.push(item);
  if (items.length > keptItems) items.shift();
  remember();
  place(item);
}

function place(item) {
  const start = $("start");
  if (start) start.remove();
  const e = render(item);
  log.append(e);
  if (item.detail) e.after(detail(item.detail));
  log.scrollTop = log.scrollHeight;
  return e;
}

function setFollowing(now) {
  following = now;
  document.body.classList.toggle("gone", !now);
  $("unfollow").disabled = !now;
  for (const e of document.querySelectorAll("#composer textarea, #send, [data-kind]:not(#unfollow)")) e.disabled = !now;
  $("again").disabled = !contacted;
}

async function post(path, body) {
  const r = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, ...body }),
  });
  const answer = await r.json();
  return r.ok ? answer : { error: answer.error };
}

// send hands a message to the platform and shows what comes of it. The user may
// go on writing meanwhile; a new user does not get the old one's answers.
async function send(call, item) {
  const from = user;
  contacted = true;
  $("again").disabled = false;
  show(item);
  log.setAttribute("aria-busy", String(++waiting > 0));
  let answer;
  try {
    answer = await post("send", call);
  } catch {
    answer = { error: "offline" };
  }
  log.setAttribute("aria-busy", String(--waiting > 0));
  if (from !== user) return;
  if (answer.error) refused(answer.error);
  else answered(answer);
}

const refusals = { nothing_sent: "nothingSent", not_following: "notFollowing", busy: "busy", offline: "offline" };

function refused(error) {
  show({ side: "note", key: refusals[error] || "offline" });
}

function answered(a) {
  setFollowing(a.following);
  if (a.notice) show({ side: "fault", text: a.notice, detail: a });
  else if (a.reply && a.reply.type === "transfer_customer_service") show({ side: "note", key: "handedOver", detail: a });
  else if (a.reply) show({ side: "in", message: a.reply, msgid: a.msgid, detail: a });
  else {
    const last = items[items.length - 1]; // nothing to show but how it travelled
    if (last) last.detail = a;
    log.append(detail(a));
    remember();
  }
}

function sendText() {
  const value = text.value;
  if (value.trim() === "" || !following) return;
  text.value = "";
  grow();
  send({ kind: "text", text: value }, { side: "out", text: value });
  text.focus();
}

const own = { picture: "image", voice: "voiceSent", sticker: "stickerSent", location: "locationSent" };

function act(kind) {
  if (own[kind]) send({ kind }, { side: "out", key: own[kind] });
  else if (kind === "again") send({ kind }, { side: "note", key: "sentAgain" });
  else if (kind === "follow") send({ kind }, { side: "note", key: "followed" });
  else if (kind === "unfollow") send({ kind }, { side: "note", key: "unfollowed", follow: true });
}

function newUser() {
  user = newID();
  items = [];
  seen = 0;
  contacted = false;
  log.replaceChildren();
  setFollowing(true);
  show({ side: "note", key: "newUserMade", follow: true });
  text.focus();
}

function tap(a) {
  if (!following) return;
  send({ kind: "tap", text: a.dataset.send, id: a.dataset.id }, { side: "out", text: a.dataset.send });
}

function toggle(button, attribute) {
  const on = button.getAttribute(attribute) !== "true";
  button.setAttribute(attribute, String(on));
  return on;
}

function openTray(open) {
  more.setAttribute("aria-expanded", String(open));
  tray.hidden = !open;
  log.scrollTop = log.scrollHeight;
}

// grow fits the input to its lines.
function grow() {
  text.style.height = "auto";
  text.style.height = Math.min(text.scrollHeight, 120) + "px";
}

async function poll() {
  if (contacted && !document.hidden) {
    const from = user;
    try {
      const a = await post("poll", { after: seen });
      if (!a.error && from === user) pushed(a);
    } catch { /* the next message will say that the server is gone */ }
  }
  setTimeout(poll, pollEvery);
}

function pushed(a) {
  $("typing").hidden = !a.typing;
  for (const m of a.messages) {
    if (m.seq <= seen) continue;
    seen = m.seq;
    show({ side: "in", message: m, detail: { raw: m.raw } });
  }
}

log.addEventListener("click", (e) => {
  const a = e.target.closest("a.tap");
  if (a) {
    e.preventDefault();
    tap(a);
  }
});
log.addEventListener("keydown", (e) => {
  if (e.key === " " && e.target.matches("a.tap")) {
    e.preventDefault();
    tap(e.target);
  }
});
document.addEventListener("click", (e) => {
  const b = e.target.closest("button");
  if (!b) return;
  if (b.dataset.setLang) chooseLanguage(b.dataset.setLang);
  else if (b.dataset.kind) act(b.dataset.kind);
  else if (b.classList.contains("follow")) act("follow");
});
$("composer").addEventListener("submit", (e) => {
  e.preventDefault();
  sendText();
});
text.addEventListener("keydown", (e) => {
  // Enter also ends the choice of a Chinese word: that one is not for us.
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
  e.preventDefault();
  sendText();
});
text.addEventListener("keypress", (e) => {
  if (e.key === "Enter" && !e.shiftKey) e.preventDefault(); // some drivers send it on its own
});
text.addEventListener("input", grow);
more.addEventListener("click", () => openTray(tray.hidden));
$("new-user").addEventListener("click", newUser);
$("details").addEventListener("click", () => {
  document.body.classList.toggle("with-details", toggle($("details"), "aria-pressed"));
});

function chooseLanguage(l) {
  setLanguage(l);
  try { sessionStorage.setItem("try.lang", l); } catch { /* not kept, then */ }
}

const chosen = recall("lang");
setLanguage(hasLanguage(chosen) ? chosen : document.body.dataset.lang);
items.forEach(place);
setFollowing(following);
openTray(matchMedia("(min-width: 700px)").matches);
poll();
