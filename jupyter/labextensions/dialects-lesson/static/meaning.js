// A term or a source says what it means where it stands, on hover, focus and tap. Nobody is thrown
// to the list at the end of the lesson, which holds the words.

const LINK = 'a[href^="#term-"], a[href^="#source-"]';
const REST = 250; // milliseconds that a pointer rests on a link, or needs to reach the note
const GAP = 6; // pixels

const linkOf = (event) => event.target.closest?.(LINK);

function told(link) {
  const entry = document.getElementById(link.getAttribute("href").slice(1));
  if (!entry) return null;
  const meaning = entry.tagName === "DT" ? entry.nextElementSibling : entry;
  return [meaning === entry ? "" : entry.textContent, meaning.textContent];
}

export function explain() {
  const note = document.createElement("div");
  note.className = "dialects-meaning";
  note.setAttribute("role", "status");
  note.hidden = true;
  document.body.append(note);
  let shown = null;
  let soon = 0;

  const hide = () => {
    clearTimeout(soon);
    note.hidden = true;
    shown = null;
  };
  const place = () => {
    const at = shown.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) return hide();
    const { width, height } = note.getBoundingClientRect();
    const below = at.bottom + GAP;
    note.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
    note.style.top = `${below + height > innerHeight ? Math.max(GAP, at.top - GAP - height) : below}px`;
  };
  const show = (link) => {
    clearTimeout(soon);
    const words = told(link);
    if (!words || shown === link) return Boolean(words);
    const name = document.createElement("strong");
    name.textContent = words[0];
    note.replaceChildren(name, words[1]);
    note.hidden = false;
    shown = link;
    place();
    return true;
  };
  const later = (act) => {
    clearTimeout(soon);
    soon = setTimeout(act, REST);
  };

  document.addEventListener("pointerover", (event) => {
    const link = event.pointerType !== "touch" && linkOf(event);
    if (link) later(() => show(link));
    else if (note.contains(event.target)) clearTimeout(soon);
    else if (shown && shown !== document.activeElement) later(hide);
    else clearTimeout(soon);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link) show(link);
    else if (shown) hide();
  });
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (link ? !show(link) : !shown || note.contains(event.target)) return;
    if (!link) return hide();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("keydown", (event) => event.key === "Escape" && shown && hide(), true);
  document.addEventListener("scroll", () => shown && place(), true);
}
