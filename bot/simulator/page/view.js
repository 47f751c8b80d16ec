// What the page shows: labels in the reader's language, and one element for
// each item of the conversation. Text always goes in as text, never as markup.

const strings = JSON.parse(document.body.dataset.strings);
const account = document.body.dataset.name;
let lang = document.body.dataset.lang;

export function label(key) {
  return strings[lang][key] || key;
}

export function hasLanguage(l) {
  return Object.hasOwn(strings, l);
}

// setLanguage changes the page's labels, also those in the conversation; what
// was said stays as it was said.
export function setLanguage(l) {
  lang = l;
  document.documentElement.lang = l;
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = label(e.dataset.t);
  for (const e of document.querySelectorAll("[data-label]")) e.setAttribute("aria-label", label(e.dataset.label));
  for (const b of document.querySelectorAll("[data-set-lang]")) {
    b.setAttribute("aria-pressed", String(b.dataset.setLang === l));
  }
}

function make(tag, className, text) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

// labelled makes an element that changes with the page's language.
function labelled(tag, className, key) {
  const e = make(tag, className, label(key));
  e.dataset.t = key;
  return e;
}

// render makes the element of one item: {side: "out"|"in"|"note"|"fault", …}.
export function render(item) {
  if (item.side === "note") return note(item);
  if (item.side === "fault") {
    const e = make("p", "notice fault", item.text);
    e.lang = "zh";
    return e;
  }
  const row = make("div", "row " + item.side);
  const who = item.side === "out" ? "you" : "bot";
  const avatar = make("span", "avatar", item.side === "out" ? "" : [...account][0]);
  avatar.setAttribute("aria-hidden", "true");
  row.append(avatar, labelled("span", "unseen", who), bubble(item));
  return row;
}

function note(item) {
  const e = make("p", "note");
  e.append(labelled("span", "", item.key));
  if (item.follow) {
    const b = labelled("button", "small follow", "follow");
    b.type = "button";
    e.append(" ", b);
  }
  return e;
}

function bubble(item) {
  const b = make("div", "bubble " + item.side);
  if (item.msgid) b.dataset.msgid = item.msgid;
  if (item.key) {
    b.append(labelled("span", "kind", item.key));
  } else if (item.message) {
    fill(b, item.message);
  } else {
    b.textContent = item.text;
  }
  return b;
}

const kinds = ["image", "voice", "video", "music", "news"];

function fill(b, message) {
  for (const s of message.segments || []) b.append(segment(s));
  for (const a of message.articles || []) b.append(card(a));
  if (b.childNodes.length > 0) return;
  let key = kinds.includes(message.type) ? message.type : "other";
  if (key === "voice") key = "voiceSent";
  b.append(labelled("span", "kind", key));
  if (message.title) b.append(" " + message.title);
}

function segment(s) {
  if (s.kind === "tap") {
    const a = make("a", "tap", s.text);
    a.href = "#tap";
    a.setAttribute("role", "button");
    a.dataset.id = s.id || "";
    a.dataset.send = s.send;
    return a;
  }
  if (s.kind === "link" || (s.kind === "miniprogram" && s.url)) return webLink(s.text, s.url);
  if (s.kind === "miniprogram") {
    const e = make("span", "link", s.text);
    e.title = label("miniprogram") + " " + s.appid + " " + s.path;
    return e;
  }
  return document.createTextNode(s.text);
}

function webLink(text, url) {
  const a = make("a", "link", text);
  a.href = url;
  a.target = "_blank";
  a.rel = "noopener noreferrer";
  return a;
}

function card(article) {
  const e = make("div", "card");
  e.append(/^https?:/.test(article.url) ? webLink(article.title, article.url) : make("span", "", article.title));
  if (article.description) e.append(make("p", "", article.description));
  return e;
}

// detail shows how a message travelled: the answer of POST send, or of a
// customer-service message the call.
export function detail(d) {
  const box = make("details", "detail");
  box.dataset.outcome = d.outcome || "";
  const head = make("summary");
  head.append(d.outcome ? labelled("span", d.outcome, d.outcome) : labelled("span", "", "pushed"));
  box.append(head);
  if (!d.outcome) {
    field(box, "sent", "detailSent", d.raw);
    return box;
  }
  const last = d.attempts[d.attempts.length - 1];
  const ms = d.attempts.reduce((sum, a) => sum + a.ms, 0);
  head.append(" · ", labelled("span", "", "detailTries"), " " + d.attempts.length + " · HTTP " + (last.status || "—") + " · " + ms.toFixed(1) + " ms");
  if (d.msgid) head.append(" · MsgId " + d.msgid);
  field(box, "sent", "detailSent", d.xml);
  d.attempts.forEach((a) => attempt(box, d, a));
  return box;
}

function attempt(box, d, a) {
  box.append(make("p", "try", a.try + ". HTTP " + (a.status || "—") + ", " + a.ms.toFixed(1) + " ms"));
  for (const f of a.faults || []) box.append(make("p", "why", f));
  field(box, "query", "detailQuery", a.query.replaceAll("&", "\n&"));
  if (a.request !== d.xml) field(box, "posted", "detailPosted", a.request);
  field(box, "got", "detailGot", a.response);
  if (a.plain && a.plain !== a.response) field(box, "opened", "detailOpened", a.plain);
}

function field(box, name, key, text) {
  if (!text) return;
  const pre = make("pre", name, text);
  pre.tabIndex = 0;
  box.append(labelled("p", "label", key), pre);
}
