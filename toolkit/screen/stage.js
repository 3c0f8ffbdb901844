// The stage plays what a model computed: people who move from place to place, tick by tick. It knows
// no rule of any model; who goes where, and when, stands in the trace.

const HEIGHT = 230; // pixels
const FLOOR = 26; // pixels from the lower edge to where people stand
const GLIDE = 0.0045; // share of the way left that somebody goes in a millisecond
const AISLE = 0.42; // share of a place that its staff take
const SPEEDS = { slow: 0.4, steady: 1, fast: 3 }; // ticks a second
const ROWS = 6; // people behind each other in a queue; the rest are counted

const make = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Who stands where after all moves up to some time, in the order in which they came.
export class State {
  constructor(trace) {
    this.trace = trace;
    this.start();
  }

  start() {
    this.next = 0;
    this.time = 0;
    this.queues = this.trace.places.map(() => []);
    this.place = new Map();
  }

  go(time) {
    if (time < this.time) this.start();
    const { who, to, at } = this.trace.moves;
    for (; this.next < at.length && at[this.next] <= time; this.next += 1) {
      const person = who[this.next];
      const from = this.place.get(person);
      if (from !== undefined) this.queues[from].splice(this.queues[from].indexOf(person), 1);
      this.queues[to[this.next]].push(person);
      this.place.set(person, to[this.next]);
    }
    this.time = time;
  }
}

export class Stage {
  // `told` hears of each tick that the clock has reached, and whether it is the last.
  constructor(root, words, told) {
    this.words = words;
    this.told = told;
    this.spots = new Map(); // where each person is drawn, on the way to where they belong
    this.canvas = make("canvas", { height: HEIGHT });
    this.canvas.setAttribute("aria-hidden", "true"); // the words below say the same
    this.signs = make("ol", { className: "dio-signs" });
    this.step = this.#button(() => this.#run(Math.floor(this.time) + 1));
    this.play = this.#button(() => (this.goal === null ? this.#run(this.trace.ticks) : this.#pause()));
    this.speed = make("select", {});
    for (const name of Object.keys(SPEEDS))
      this.speed.append(make("option", { value: name, textContent: words[name] }));
    this.speed.value = "steady";
    this.clock = make("input", { type: "range", min: 0, step: 1 });
    this.clock.setAttribute("aria-label", words.clock);
    this.clock.oninput = () => this.#jump(Number(this.clock.value));
    this.said = make("p", { className: "dio-said" });
    this.heard = make("p", { className: "dio-heard" });
    this.heard.setAttribute("role", "status");
    const bar = make("div", { className: "dio-bar" }, this.step, this.play,
      make("label", {}, `${words.speed} `, this.speed), this.clock);
    bar.dataset.lmSuppressShortcuts = "true";
    this.node = make("div", { className: "dio-stage" }, this.canvas, this.signs, this.said, this.heard, bar);
    root.append(this.node);
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.signs);
  }

  #button(act) {
    const made = make("button", { type: "button" });
    made.onclick = act;
    return made;
  }

  get ended() {
    return this.time >= this.trace.ticks;
  }

  // Another run. Whoever has seen one to its end sees the end of the next.
  show(trace) {
    const over = this.trace && this.ended;
    this.trace = trace;
    this.state = new State(trace);
    this.goal = null;
    this.tick = -1;
    this.spots.clear();
    this.clock.max = trace.ticks;
    this.signs.replaceChildren(
      ...trace.places.map(({ name }) => make("li", {}, make("b", {}), ` ${name}`)));
    this.step.textContent = trace.step ?? this.words.step;
    this.#fit();
    this.#jump(over ? trace.ticks : 0);
  }

  remove() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }

  #run(goal) {
    if (this.ended) this.#jump(0);
    this.goal = Math.min(Math.max(goal, 1), this.trace.ticks);
    this.last = null;
    if (still()) this.#jump(this.goal);
    else this.#ask();
    this.#name();
  }

  #pause() {
    this.goal = null;
    this.#name();
    this.#say();
  }

  #jump(time) {
    this.goal = null;
    this.#at(time);
    this.settled = true; // nobody walks there
    this.#ask();
    this.#say();
  }

  #ask() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #at(time) {
    this.time = time;
    this.state.go(time);
    const tick = Math.floor(time);
    if (tick === this.tick) return;
    this.tick = tick;
    this.clock.value = tick;
    this.clock.setAttribute("aria-valuetext", this.trace.said[tick]);
    this.state.queues.forEach((queue, place) => {
      this.signs.children[place].firstChild.textContent = String(queue.length);
    });
    this.said.textContent = this.trace.said[tick];
    this.#name();
    this.told(tick, this.ended);
  }

  // A reader is told where the clock came to rest, not of every tick on the way.
  #say() {
    this.heard.textContent = this.trace.said[this.tick];
  }

  #name() {
    const { words } = this;
    this.play.textContent = this.goal !== null ? words.pause : this.ended ? words.again : words.play;
  }

  #fit() {
    const width = this.signs.clientWidth;
    if (!width || !this.trace) return;
    const fine = devicePixelRatio || 1;
    this.width = width;
    this.canvas.width = width * fine;
    this.canvas.height = HEIGHT * fine;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    this.pen = this.canvas.getContext("2d");
    this.pen?.scale(fine, fine);
    this.room = width / this.trace.places.length;
    this.size = Math.max(2.5, Math.min(6, this.room / 16));
    this.settled = true;
    this.#ask();
  }

  // Where the n-th of those who wait in a place stands; null if there is no room to draw them all.
  #slot(place, n) {
    const { room, size } = this;
    const wide = room * (1 - (this.trace.places[place].staff ? AISLE : 0.1));
    const across = Math.max(1, Math.floor(wide / (2.6 * size)));
    const row = Math.floor(n / across);
    const rows = this.trace.places[place].staff ? ROWS : Math.floor((HEIGHT - FLOOR) / (4.4 * size));
    if (row >= rows) return null;
    return [
      place * room + room * 0.05 + (n % across + 0.5) * 2.6 * size,
      HEIGHT - FLOOR - row * 4.4 * size,
    ];
  }

  #draw(now) {
    const past = this.last === null || this.last === undefined ? 16 : Math.min(now - this.last, 100);
    this.last = now;
    if (this.goal !== null) {
      const time = Math.min(this.time + (past / 1000) * SPEEDS[this.speed.value], this.goal);
      this.#at(time);
      if (time >= this.goal) this.#pause();
    }
    const { pen, width, state, trace } = this;
    if (!pen) return this.goal !== null && this.#ask(); // nobody sees it yet
    const colours = getComputedStyle(this.node);
    const ink = (name) => colours.getPropertyValue(`--dio-${name}`);
    pen.clearRect(0, 0, width, HEIGHT);
    pen.fillStyle = ink("floor");
    pen.fillRect(0, HEIGHT - FLOOR + 5, width, 2);
    const share = this.settled ? 1 : 1 - Math.exp(-GLIDE * past * Math.max(1, SPEEDS[this.speed.value]));
    let walking = false;
    const body = new Path2D();
    state.queues.forEach((queue, place) => {
      let more = 0;
      queue.forEach((person, n) => {
        const slot = this.#slot(place, n);
        if (!slot) {
          more += 1;
          this.spots.delete(person);
          return;
        }
        let spot = this.spots.get(person);
        if (!spot) this.spots.set(person, (spot = this.settled ? [...slot] : [0, slot[1]]));
        const [dx, dy] = [slot[0] - spot[0], slot[1] - spot[1]];
        spot[0] += dx * share;
        spot[1] += dy * share;
        walking ||= Math.abs(dx) + Math.abs(dy) > 0.5;
        this.#person(body, spot[0], spot[1], this.size);
      });
      if (more) {
        pen.fillStyle = ink("words");
        pen.font = "600 13px system-ui, sans-serif";
        pen.fillText(`+${more}`, place * this.room + this.room * 0.06, HEIGHT - FLOOR - ROWS * 4.4 * this.size - 6);
      }
      if (trace.places[place].staff) this.#staff(ink, place);
    });
    pen.fillStyle = ink("person");
    pen.fill(body);
    this.settled = false;
    if (this.goal !== null || walking) this.#ask();
  }

  #person(path, x, y, size) {
    path.moveTo(x + size * 0.62, y - size * 2.6);
    path.arc(x, y - size * 2.6, size * 0.62, 0, 7);
    path.roundRect(x - size * 0.85, y - size * 1.8, size * 1.7, size * 1.9, size * 0.7);
  }

  // Who works here, and what they have just thrown.
  #staff(ink, place) {
    const { pen, room, size, trace } = this;
    const x = place * room + room * (1 - AISLE / 2);
    const tall = size * 1.5;
    const body = new Path2D();
    this.#person(body, x, HEIGHT - FLOOR, tall);
    pen.fillStyle = ink("staff");
    pen.fill(body);
    const face = trace.shown?.[place]?.[Math.ceil(this.time) - 1];
    if (face === undefined) return;
    const edge = Math.max(16, size * 4.4);
    const [left, top] = [x - edge / 2, HEIGHT - FLOOR - tall * 3.6 - edge];
    pen.fillStyle = ink("token");
    pen.strokeStyle = ink("words");
    pen.beginPath();
    pen.roundRect(left, top, edge, edge, edge / 6);
    pen.fill();
    pen.stroke();
    pen.fillStyle = ink("words");
    pen.font = `600 ${edge * 0.7}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(face, x, top + edge / 2 + 1);
    pen.textAlign = "start";
    pen.textBaseline = "alphabetic";
  }
}
