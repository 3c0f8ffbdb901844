// What the line above a lesson and the trainer's view are drawn with.

const SVG = "http://www.w3.org/2000/svg";

export const fill = (text, facts) => text.replace(/{{ (\w+) }}/g, (_, name) => facts[name]);

export function make(tag, facts = {}, ...children) {
  const node = Object.assign(document.createElement(tag), facts);
  node.append(...children.filter(Boolean));
  return node;
}

export function drawn(path, className = "dialects-icon") {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  picture.classList.add(className);
  picture.append(document.createElementNS(SVG, "path"));
  picture.firstChild.setAttribute("d", path);
  return picture;
}
