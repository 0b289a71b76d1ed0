// The chat of a "continue here" link: this browser keeps its token, as it does when somebody writes in the widget.
const place = document.querySelector("#go-chat"), frame = document.querySelector(".chat-here");
try {
  const kept = JSON.parse(localStorage.getItem("supportbox-chat") || "null") || { queue: [] };
  localStorage.setItem("supportbox-chat", JSON.stringify({ ...kept, token: place.dataset.visitor }));
  frame.src = "/widget/panel";
  frame.hidden = false;
} catch { /* without storage the page of the request is the way */ }
