// The stage plays what a model computed: people who move from place to place, tick by tick. It knows
// no rule of any model; who goes where, and when, stands in the trace.

const HEIGHT = 210; // pixels of a pathway, unless there is a page to fill
const LOWEST = 90; // pixels of a pathway where several share a page
const ROOMY = 480; // pixels: from this width on, letters are as large as elsewhere on a page
const SMALL = [12, 14]; // pixels of letters, below it and above
const NEAR = 11; // share of a place that a person takes there; elsewhere it is a fifteenth
const EDGE = 16; // pixels around the stage on such a page
const FLOOR = 24; // pixels from the lower edge to where people stand
const GLIDE = 0.0045; // share of the way left that somebody goes in a millisecond
const SMALLEST = 2.5; // pixels: half a person
const AISLE = 0.42; // share of a place that its staff take
const SPEEDS = { slow: 0.4, steady: 1, fast: 3 }; // relative to what is right for the trace
const LONGEST = 30; // seconds that a whole play takes at most, at a steady speed
const TALL = 4.4; // sizes from one row to the next
const LOW = { bead: 2.6, red: 2.6 }; // the same for looks that are lower than a person
const SINGLE = ["binder"]; // looks that stand for one, however many people a figure stands for

const make = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const person = (path, x, y, size) => {
  path.moveTo(x + size * 0.62, y - size * 2.6);
  path.arc(x, y - size * 2.6, size * 0.62, 0, 7);
  path.roundRect(x - size * 0.85, y - size * 1.8, size * 1.7, size * 1.9, size * 0.7);
};

// How those who move are drawn; each has a shape of its own, so that none hangs on a colour.
const LOOKS = {
  person,
  need(path, x, y, size) {
    // on crutches
    person(path, x, y, size);
    for (const side of [-1, 1]) {
      path.moveTo(x + side * size * 1.25, y + size * 0.1);
      path.lineTo(x + side * size * 0.95, y - size * 1.9);
      path.lineTo(x + side * size * 0.75, y - size * 1.9);
      path.lineTo(x + side * size * 0.95, y + size * 0.1);
      path.closePath();
    }
  },
  // Somebody whom care will hardly help is hollow.
  little(path, x, y, size) {
    person(path, x, y, size);
    path.moveTo(x - size * 0.45, y - size * 1.45);
    path.lineTo(x - size * 0.45, y - size * 0.3);
    path.lineTo(x + size * 0.45, y - size * 0.3);
    path.lineTo(x + size * 0.45, y - size * 1.45);
    path.closePath();
  },
  // One of the staff wears a cap.
  staff(path, x, y, size) {
    person(path, x, y, size);
    path.roundRect(x - size, y - size * 3.5, size * 2, size * 0.55, size * 0.2);
  },
  form(path, x, y, size) {
    path.moveTo(x - size, y);
    path.lineTo(x - size, y - size * 2.6);
    path.lineTo(x + size * 0.4, y - size * 2.6);
    path.lineTo(x + size, y - size * 2);
    path.lineTo(x + size, y);
    path.closePath();
  },
  // A folder that is put away, standing on its end, with a hole in its back.
  binder(path, x, y, size) {
    path.rect(x - size * 0.8, y - size * 3.2, size * 1.6, size * 3.2);
    path.moveTo(x + size * 0.35, y - size * 0.9);
    path.arc(x, y - size * 0.9, size * 0.35, 0, 7, true);
  },
  bead(path, x, y, size) {
    path.moveTo(x + size, y - size);
    path.arc(x, y - size, size, 0, 7);
  },
  // A red bead has a hole.
  red(path, x, y, size) {
    LOOKS.bead(path, x, y, size);
    path.moveTo(x + size * 0.4, y - size);
    path.arc(x, y - size, size * 0.4, 0, 7, true);
  },
};

// What stands over the staff of a place, around its text.
const TOKENS = {
  die: (pen, x, y, _wide, high) => pen.roundRect(x - high / 2, y - high, high, high, high / 6),
  board: (pen, x, y, wide, high) => pen.roundRect(x - wide / 2, y - high, wide, high, 3),
  crate(pen, x, y, wide, high) {
    pen.rect(x - wide / 2, y - high, wide, high);
    for (const at of [0.28, 0.72]) {
      pen.moveTo(x - wide / 2, y - high * at);
      pen.lineTo(x + wide / 2, y - high * at);
    }
  },
};

const run = ({ lanes }) => JSON.stringify(lanes.map(({ moves }) => moves));

// Who is where after all moves up to some time, in the order in which they came, and on which spot.
export class State {
  constructor(lane) {
    this.lane = lane;
    this.most = lane.places.map(() => 0); // spots that were ever needed
    this.start();
  }

  start() {
    this.next = 0;
    this.time = 0;
    this.queues = this.lane.places.map(() => []);
    this.place = new Map();
    this.spot = new Map(); // the number of the spot that somebody keeps until they leave a place
    this.taken = this.lane.places.map(() => []);
  }

  go(time) {
    if (time < this.time) this.start();
    const { who, n, to, at } = this.lane.moves; // n who go together, from `who` on
    for (; this.next < at.length && at[this.next] <= time; this.next += 1)
      for (let k = 0; k < n[this.next]; k += 1) this.#move(who[this.next] + k, to[this.next]);
    this.time = time;
  }

  #move(one, to) {
    const from = this.place.get(one);
    if (from >= 0) {
      this.queues[from].splice(this.queues[from].indexOf(one), 1);
      this.taken[from][this.spot.get(one)] = false;
    }
    if (to >= 0) {
      this.queues[to].push(one);
      const free = this.taken[to].indexOf(false);
      const spot = free < 0 ? this.taken[to].length : free;
      this.spot.set(one, spot);
      this.taken[to][spot] = true;
      this.most[to] = Math.max(this.most[to], spot + 1);
    }
    this.place.set(one, to);
  }
}

// One pathway: its picture, and under each place its name and how many are there.
class Lane {
  constructor(lane, each) {
    this.lane = lane;
    this.each = each;
    this.high = HEIGHT;
    this.state = new State(lane);
    this.state.go(Infinity); // to learn how many come to each place
    const rises = lane.looks.map((look) => LOW[look] ?? TALL);
    this.rise = rises.length ? Math.max(...new Set(rises)) : TALL;
    this.spots = new Map(); // where each one is drawn, on the way to where they belong
    this.canvas = make("canvas", { height: HEIGHT });
    this.canvas.setAttribute("aria-hidden", "true"); // the words below say the same
    this.signs = make("ol", { className: "dio-signs" },
      ...lane.places.map(() => make("li", {}, make("b", {}), "")));
    this.node = make("section", { className: "dio-lane" },
      ...(lane.name ? [make("p", { className: "dio-lane-name", textContent: lane.name })] : []),
      this.canvas, this.signs);
    this.wear(lane);
  }

  // The same run through another lens, which may look at other things and call them otherwise.
  wear(lane) {
    this.lane = lane;
    lane.places.forEach(({ name }, place) => {
      const sign = this.signs.children[place];
      sign.lastChild.textContent = ` ${name}`;
      sign.className = this.#marked(place) ? "dio-here" : lane.lens && !lane.lens[place] ? "dio-quiet" : "";
    });
  }

  #sees(place, what) {
    return !this.lane.lens || (this.lane.lens[place] ?? []).includes(what);
  }

  #marked(place) {
    return Boolean(this.lane.lens) && this.#sees(place, "here");
  }

  go(time, settle) {
    this.state.go(time);
    this.settled ||= settle;
    this.state.queues.forEach((queue, place) => {
      const single = queue.filter((one) => SINGLE.includes(this.lane.looks[one])).length;
      const people = (queue.length - single) * this.each;
      this.signs.children[place].firstChild.textContent = String(people + single);
    });
  }

  fit(high) {
    const width = this.signs.clientWidth;
    if (!width) return;
    this.high = high;
    const fine = (devicePixelRatio || 1) * (this.canvas.currentCSSZoom ?? 1);
    this.width = width;
    this.canvas.width = width * fine;
    this.canvas.height = this.high * fine;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${this.high}px`;
    this.pen = this.canvas.getContext("2d");
    this.pen?.scale(fine, fine);
    this.room = width / this.lane.places.length;
    const tallest = ((this.rise === TALL ? 7 : 6) * this.high) / HEIGHT;
    const best = Math.max(SMALLEST, Math.min(tallest, this.room / (this.high > HEIGHT ? NEAR : 15)));
    this.size = best;
    while (this.size > SMALLEST && this.#crowded()) this.size -= 0.25;
    if (this.#crowded()) this.size = best; // the rest are counted: then they need not be small
    this.settled = true; // nobody walks to where they stand in another size
  }

  // Whether some place without staff is too small for all who come there.
  #crowded() {
    return this.state.most.some((n, place) => n && !this.lane.places[place].staff && !this.#slot(place, n - 1));
  }

  // Where the n-th of those in a place stands; null if there is no room to draw them all.
  #slot(place, n) {
    const { room, size, rise } = this;
    const { staff } = this.lane.places[place];
    const across = Math.max(1, Math.floor((room * (1 - (staff ? AISLE : 0.1))) / (2.6 * size)));
    const row = Math.floor(n / across);
    if (row >= Math.floor((this.high - FLOOR) / (rise * size)) - 1) return null; // the rest are counted
    return [
      place * room + room * 0.05 + (n % across + 0.5) * 2.6 * size,
      this.high - FLOOR - row * rise * size,
    ];
  }

  // Draw one frame; true while somebody is still on the way.
  draw(ink, share, tick) {
    const { pen, width, high, state, lane } = this;
    if (!pen) return false; // nobody sees it yet
    pen.clearRect(0, 0, width, high);
    pen.fillStyle = ink("floor");
    pen.fillRect(0, this.high - FLOOR + 5, width, 2);
    lane.places.forEach((_, place) => {
      if (!this.#marked(place)) return;
      pen.fillStyle = ink("here");
      pen.fillRect(place * this.room, 0, this.room, this.high - FLOOR + 5);
      pen.fillStyle = ink("words");
      pen.fillRect(place * this.room, this.high - FLOOR + 5, this.room, 5);
    });
    let walking = false;
    const bodies = {};
    state.queues.forEach((queue, place) => {
      let [more, top] = [0, this.high];
      queue.forEach((one, n) => {
        // A queue before staff moves up; elsewhere, such as in a bed, one keeps one's spot.
        const slot = this.#slot(place, lane.places[place].staff ? n : state.spot.get(one));
        if (!slot) {
          more += 1;
          this.spots.delete(one);
          return;
        }
        top = Math.min(top, slot[1]);
        let spot = this.spots.get(one);
        // Whoever is new comes from the place before.
        const door = place && (place - 0.5) * this.room;
        if (!spot) this.spots.set(one, (spot = this.settled ? [...slot] : [door, slot[1]]));
        const [dx, dy] = [slot[0] - spot[0], slot[1] - spot[1]];
        spot[0] += dx * (this.settled ? 1 : share);
        spot[1] += dy * (this.settled ? 1 : share);
        walking ||= Math.abs(dx) + Math.abs(dy) > 0.5;
        const look = lane.looks[one] ?? "person";
        LOOKS[look]((bodies[this.#sees(place, look) ? look : "quiet"] ??= new Path2D()), ...spot, this.size);
      });
      if (more) {
        pen.fillStyle = ink("words");
        pen.font = "600 14px system-ui, sans-serif";
        pen.fillText(`+${more}`, place * this.room + this.room * 0.06, top - 3.4 * this.size);
      }
      if (lane.places[place].staff) this.#staff(ink, place, tick);
    });
    for (const [colour, body] of Object.entries(bodies)) {
      pen.fillStyle = ink(colour);
      pen.fill(body);
    }
    this.settled = false;
    return walking;
  }

  // Who works here, and what they have just thrown, tried or been given.
  #staff(ink, place, tick) {
    const { pen, room, size } = this;
    const x = place * room + room * (1 - AISLE / 2);
    const tall = size * 1.5;
    const body = new Path2D();
    person(body, x, this.high - FLOOR, tall);
    pen.fillStyle = ink(this.#sees(place, "staff") ? "staff" : "quiet");
    pen.fill(body);
    const [token, texts] = this.lane.shown[place] ?? [];
    const text = texts?.[tick];
    if (text === undefined || text === null) return;
    const high = Math.max(18, size * 4.4);
    const letters = text.length < 3 ? high * 0.7 : SMALL[Number(this.width >= ROOMY)];
    pen.font = `600 ${letters}px system-ui, sans-serif`;
    const wide = Math.max(high, pen.measureText(text).width + 10);
    const bottom = this.high - FLOOR - tall * 3.6;
    const left = Math.min(Math.max(x, wide / 2 + 1), this.width - wide / 2 - 1);
    pen.fillStyle = ink(token === "crate" ? "crate" : "token");
    pen.strokeStyle = ink("words");
    pen.beginPath();
    TOKENS[token](pen, left, bottom, wide, high);
    pen.fill();
    pen.stroke();
    pen.fillStyle = ink("words");
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, left, bottom - high / 2 + 1);
    pen.textAlign = "start";
    pen.textBaseline = "alphabetic";
  }
}

export class Stage {
  // `told` hears of each tick that the clock has reached, and whether it is the last.
  constructor(root, words, told) {
    this.words = words;
    this.told = told;
    this.lanes = [];
    this.scene = make("div", { className: "dio-lanes" });
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
    this.node = make("div", { className: "dio-stage" }, this.scene, this.said, this.heard, bar);
    root.append(this.node);
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.scene);
  }

  #button(act) {
    const made = make("button", { type: "button", className: "dio-button" });
    made.onclick = act;
    return made;
  }

  get ended() {
    return this.time >= this.trace.ticks;
  }

  // Another run: at its end, or where the clock stands.
  show(trace, over) {
    if (this.trace && trace.lanes.some(({ lens }) => lens) && run(trace) === run(this.trace)) {
      this.trace = trace;
      this.lanes.forEach((lane, n) => lane.wear(trace.lanes[n]));
      this.tick = -1;
      this.chosen ||= over;
      this.#at(this.time, false);
      this.#ask();
      return this.#say();
    }
    this.chosen = false; // whoever looks through another lens is told at once what it shows
    const time = over ? trace.ticks : Math.min(this.time ?? 0, trace.ticks);
    this.trace = trace;
    this.goal = null;
    this.tick = -1;
    this.lanes = trace.lanes.map((lane) => new Lane(lane, trace.each));
    this.scene.replaceChildren(...this.lanes.map(({ node }) => node));
    this.clock.max = trace.ticks;
    this.step.textContent = trace.step;
    this.#fit();
    this.#jump(time);
  }

  // In the colours of another theme.
  repaint() {
    this.#ask();
  }

  remove() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    this.node.remove();
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
    this.#at(time, true);
    this.#ask();
    this.#say();
  }

  #ask() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #at(time, settle) {
    this.time = time;
    for (const lane of this.lanes) lane.go(time, settle);
    const tick = Math.floor(time);
    if (tick === this.tick) return;
    this.tick = tick;
    this.clock.value = tick;
    this.clock.setAttribute("aria-valuetext", this.trace.said[tick]);
    this.said.textContent = this.trace.said[tick];
    this.#name();
    this.told(tick, this.ended || this.chosen);
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
    const high = this.scene.clientWidth ? this.#high() : HEIGHT;
    for (const lane of this.lanes) lane.fit(high);
    this.#ask();
  }

  // Pathways fill a page of the trainer's view, together with the words and the buttons below them.
  #high() {
    const page = parseFloat(getComputedStyle(this.node).getPropertyValue("--dio-page"));
    if (!page) return HEIGHT;
    const rows = new Set(this.lanes.map(({ node }) => node.offsetTop)).size;
    const rest = this.node.offsetHeight - rows * this.lanes.at(-1).high;
    return Math.max(LOWEST, Math.floor((page - rest - EDGE) / rows));
  }

  #draw(now) {
    const past = this.last === null || this.last === undefined ? 16 : Math.min(now - this.last, 100);
    this.last = now;
    const speed = SPEEDS[this.speed.value] * Math.max(1, this.trace.ticks / LONGEST);
    if (this.goal !== null) {
      const time = Math.min(this.time + (past / 1000) * speed, this.goal);
      this.#at(time, false);
      if (time >= this.goal) this.#pause();
    }
    let colours = null;
    const ink = (name) => (colours ??= getComputedStyle(this.node)).getPropertyValue(`--dio-${name}`);
    const share = 1 - Math.exp(-GLIDE * past * Math.max(1, speed));
    const walking = this.lanes.map((lane) => lane.draw(ink, share, Math.ceil(this.time) - 1));
    if (this.goal !== null || walking.includes(true)) this.#ask();
  }
}
