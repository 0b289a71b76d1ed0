// The button on somebody's site. Nothing is asked of the network before somebody reaches for it; nothing is stored.
const script = document.currentScript;
const wanted = (script?.dataset.lang || document.documentElement.lang || navigator.language || "en").slice(0, 2);
const lang = wanted in config.label ? wanted : "en";
const origin = new URL(config.base).origin;
const narrow = matchMedia("(max-width: 599px)");
const dress = (element, style) => Object.assign(element.style, style);
const button = document.createElement("button");
let frame = null, isOpen = false, isNear = false, isReady = false;

button.type = "button";
button.id = "supportbox-button";
button.textContent = "?";
dress(button, {
  position: "fixed", bottom: "max(20px, env(safe-area-inset-bottom))", [config.side]: "20px", zIndex: 2147483000,
  width: "56px", height: "56px", padding: "0", border: "2px solid #fff", borderRadius: "50%", cursor: "pointer",
  background: config.fill, color: config.ink, font: "700 26px/1 system-ui, sans-serif", boxShadow: "0 2px 12px rgb(0 0 0 / .3)",
});
const name = (unread = 0) => button.setAttribute("aria-label", config.label[lang] + (unread ? ` (${unread}: ${config.unread[lang]})` : ""));
name();
button.setAttribute("aria-expanded", "false");
button.setAttribute("aria-controls", "supportbox-panel");

function near() {
  if (isNear) return;
  isNear = true;
  const link = document.createElement("link");
  link.rel = "preconnect";
  link.href = origin;
  document.head.append(link);
}

function fit() {
  if (!frame) return;
  const side = config.side, other = side === "left" ? "right" : "left";
  dress(frame, narrow.matches
    ? { inset: "0", width: "100%", height: "100%", borderRadius: "0" }
    : { inset: "auto", bottom: "88px", [side]: "20px", [other]: "auto", width: "384px", height: "min(640px, calc(100vh - 112px))", borderRadius: "12px" });
  button.style.visibility = isOpen && narrow.matches ? "hidden" : "visible";
}

// Where the visitor is, without what may be secret behind the question mark.
const tell = (said) => isReady && frame.contentWindow.postMessage({ supportbox: 1, ...said }, origin);
const where = () => tell({ what: "page", page: location.origin + location.pathname, title: document.title.slice(0, 200) });

async function vouch() {
  const given = window.SupportBoxIdentity ?? script?.dataset.identity;
  const identity = await (typeof given === "function" ? given() : given);
  if (identity) tell({ what: "identity", identity: String(identity) });
}

function show(open) {
  if (open && !frame) {
    frame = document.createElement("iframe");
    frame.id = "supportbox-panel";
    frame.title = config.title[lang];
    frame.src = `${config.base}/widget/panel?lang=${lang}&host=${encodeURIComponent(location.origin)}`;
    dress(frame, { position: "fixed", zIndex: 2147483001, border: "0", boxShadow: "0 4px 32px rgb(0 0 0 / .35)", colorScheme: "normal", background: "Canvas" });
    document.body.append(frame);
  }
  isOpen = open;
  if (frame) frame.style.display = open ? "block" : "none";
  button.setAttribute("aria-expanded", String(open));
  fit();
  if (open) { name(); where(); tell({ what: "open" }); frame.focus(); } else { tell({ what: "shut" }); button.focus(); }
}

addEventListener("message", ({ origin: from, source, data }) => {
  if (from !== origin || !frame || source !== frame.contentWindow || data?.supportbox !== 1) return;
  if (data.what === "ready") { isReady = true; where(); vouch(); tell({ what: isOpen ? "open" : "shut" }); }
  if (data.what === "identity") vouch();
  if (data.what === "shut") show(false);
  if (data.what === "unread" && !isOpen) { name(data.count); button.textContent = data.count ? String(Math.min(99, data.count)) : "?"; }
  if (isOpen) button.textContent = "?";
});
addEventListener("popstate", where);
addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen) show(false); });
narrow.addEventListener("change", fit);
for (const kind of ["pointerenter", "touchstart", "focus"]) button.addEventListener(kind, near, { passive: true });
button.addEventListener("click", () => { near(); show(!isOpen); });
const begin = () => document.body.append(button);
if (document.body) begin(); else addEventListener("DOMContentLoaded", begin);
