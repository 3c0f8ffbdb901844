// A form of native HTML controls: labels, keyboard and screen readers come with the browser.
// ipywidgets' own slider has no accessible name, which axe reports as a serious violation.

const el = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  const { class: name, ...rest } = props;
  if (name) node.className = name;
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== "list") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  // JupyterLab's own keys (arrows fold headings, space scrolls) must not take those of a control.
  if (["input", "select", "textarea", "button"].includes(tag)) node.dataset.lmSuppressShortcuts = "true";
  return node;
};

function build(field, id, current, change, press) {
  const note = field.note ? el("small", { id: `${id}-note`, class: "dio-note" }, field.note) : null;
  const described = { "aria-describedby": note ? `${id}-note` : null };
  const label = () => el("label", { htmlFor: id }, field.label);
  const say = (value) => (field.unit ? `${value} ${field.unit}` : `${value}`);
  const group = (type, isOn, pick) => {
    const inputs = field.options.map(([key, text], i) =>
      el("label", { class: "dio-option" },
        el("input", { type, name: id, id: `${id}-${i}`, value: key, checked: isOn(key, current), onchange: pick }),
        el("span", {}, text)));
    const node = el("fieldset", { class: `dio-field dio-${field.kind}`, ...described },
      el("legend", {}, field.label), note, ...inputs);
    const all = () => [...node.querySelectorAll("input")];
    return { node, all, set: (value) => all().forEach((input) => (input.checked = isOn(input.value, value))) };
  };

  switch (field.kind) {
    case "slider": {
      const out = el("output", { htmlFor: id });
      const show = (value) => {
        out.textContent = value === null ? "not set yet" : say(value);
        input.setAttribute("aria-valuetext", out.textContent);
      };
      const set = (value) => { input.value = value ?? (field.min + field.max) / 2; show(value); };
      const input = el("input", {
        type: "range", id, min: field.min, max: field.max, step: field.step, ...described,
        oninput: () => { show(Number(input.value)); change(Number(input.value)); },
      });
      set(current);
      // A first answer that lies right under the pointer fires no input event by itself.
      if (current === null) input.addEventListener("pointerup", () => input.dispatchEvent(new Event("input")), { once: true });
      const node = el("div", { class: "dio-field dio-slider" }, label(), input, out, note);
      return { node, set, inputs: () => [input] };
    }
    case "choice": {
      const made = group("radio", (key, value) => key === value, (event) => change(event.target.value));
      return { node: made.node, set: made.set, inputs: made.all };
    }
    case "ticks": {
      const made = group("checkbox", (key, value) => (value ?? []).includes(key),
        () => change(made.all().filter((input) => input.checked).map((input) => input.value)));
      return { node: made.node, set: made.set, inputs: made.all };
    }
    case "select": {
      const input = el("select", { id, ...described, onchange: () => change(input.value) },
        ...field.options.map(([key, text]) => el("option", { value: key }, text)));
      input.value = current;
      return { node: el("div", { class: "dio-field dio-select" }, label(), input, note), set: (value) => (input.value = value), inputs: () => [input] };
    }
    case "text": {
      const input = el("textarea", { id, rows: field.rows, maxLength: field.longest, ...described, oninput: () => change(input.value) });
      input.value = current ?? "";
      return { node: el("div", { class: "dio-field dio-text" }, label(), note, input), set: (value) => (input.value = value ?? ""), inputs: () => [input] };
    }
    case "button": {
      const input = el("button", { type: "button", id, class: field.quiet ? "dio-button dio-quiet" : "dio-button", ...described, onclick: press }, field.label);
      return { node: el("div", { class: "dio-field dio-press" }, input, note), set: () => {}, inputs: () => [input] };
    }
  }
}

export default {
  render({ model, el: root }) {
    // Each form loads this module for itself, so a counter here would give all forms the same ids.
    const prefix = `dio-form-${Math.random().toString(36).slice(2)}`;
    const form = el("div", { class: "dio-form", role: "group", "aria-label": model.get("title") || "Controls" });
    // The live region stays in the page for good: a region that is added together with its words is not announced.
    const status = el("div", { class: "dio-status", role: "status", tabIndex: -1 });
    root.append(form, status);
    let parts = {};

    const draw = () => {
      const before = document.activeElement?.id;
      parts = {};
      const fields = el("div", { class: "dio-fields" });
      const value = model.get("value");
      const buttons = el("div", { class: "dio-buttons" });
      for (const field of model.get("fields")) {
        const change = (now) => {
          model.set("value", { ...model.get("value"), [field.name]: now });
          model.save_changes();
        };
        // A change may be held back while the kernel is busy, and a press is not: so it takes it along.
        const press = () => model.send({ press: field.name, value: model.get("value") });
        const part = build(field, `${prefix}-${field.name}`, value[field.name] ?? null, change, press);
        parts[field.name] = part;
        (field.kind === "button" ? buttons : fields).append(part.node);
      }
      form.replaceChildren(...[fields, buttons].filter((part) => part.children.length));
      lock();
      if (before && form.querySelector(`#${CSS.escape(before)}`)) document.getElementById(before).focus();
    };
    const lock = () => {
      const locked = model.get("locked");
      const held = form.contains(document.activeElement) ? document.activeElement : null;
      for (const field of model.get("fields"))
        for (const input of parts[field.name].inputs())
          input.disabled = locked === true || (Array.isArray(locked) && locked.includes(field.name));
      // Whoever pressed a button that is now locked goes on from the words that tell of it.
      if (held?.disabled) status.focus();
    };
    const speak = () => {
      if (status.textContent !== model.get("status")) status.textContent = model.get("status");
      status.classList.toggle("dio-empty", !model.get("status"));
    };
    const follow = () => {
      const value = model.get("value");
      for (const [name, part] of Object.entries(parts))
        if (!part.inputs().includes(document.activeElement)) part.set(value[name] ?? null);
    };

    draw();
    speak();
    model.on("change:fields", draw);
    model.on("change:locked", lock);
    model.on("change:status", speak);
    model.on("change:value", follow);
    return () => {
      model.off("change:fields", draw);
      model.off("change:locked", lock);
      model.off("change:status", speak);
      model.off("change:value", follow);
    };
  },
};
