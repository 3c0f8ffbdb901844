// The course's own view: JupyterLab without its menus, tabs and side bars, or all of it again.

const FULL = "dialects:full";
const PANEL = /^(jp-)?(top|menu)-panel/; // in the browser edition, what wraps it
const CONTENTS = "table-of-contents";
const ROOM_FOR_CONTENTS = "(min-width: 900px)"; // a narrower page is for the lesson alone

export const isFull = () => sessionStorage.getItem(FULL) !== null;

// The address may ask for all of JupyterLab; that holds for as long as this tab is open.
export function asked() {
  if (new URLSearchParams(location.search).has("full")) sessionStorage.setItem(FULL, "");
}

export function turn() {
  if (isFull()) sessionStorage.removeItem(FULL);
  else sessionStorage.setItem(FULL, "");
  location.reload();
}

export function fit(app) {
  const { shell } = app;
  shell.collapseRight?.(); // nothing is in it
  if (isFull()) {
    if (shell.mode) shell.mode = "multiple-document";
    return contents(shell);
  }
  document.body.classList.add("dialects-quiet");
  if (shell.mode) shell.mode = "single-document";
  for (const widget of [shell.top, shell.menu, ...shell.layout.widgets]) {
    if (!PANEL.test(widget?.id)) continue;
    widget.hide();
    widget.show = () => {}; // the browser edition would show it again
  }
  shell.collapseLeft?.();
  if (shell.isSideTabBarVisible?.("left")) shell.toggleSideTabBarVisibility("left");
}

function contents(shell) {
  const room = matchMedia(ROOM_FOR_CONTENTS);
  const show = () => {
    if (room.matches) shell.activateById(CONTENTS);
    else shell.collapseLeft?.();
    if (shell.isSideTabBarVisible?.("left") !== room.matches) shell.toggleSideTabBarVisibility?.("left");
  };
  room.addEventListener("change", show);
  show();
}

export function turnContents({ shell }) {
  if (shell.leftCollapsed === false) shell.collapseLeft();
  else shell.activateById(CONTENTS);
}
