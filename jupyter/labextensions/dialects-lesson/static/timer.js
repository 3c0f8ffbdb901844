// Minutes that a trainer gives the room. It goes by the clock, so a page that sleeps loses nothing.

const MINUTE = 60_000; // milliseconds

export class Timer {
  // `told` hears of each second, and when the time is up.
  constructor(minutes, told) {
    this.rest = minutes * MINUTE;
    this.told = told;
    this.ends = null;
  }

  get running() {
    return this.ends !== null;
  }

  get left() {
    return Math.max(0, this.running ? this.ends - Date.now() : this.rest);
  }

  // Whole seconds, as on a clock that counts down.
  get words() {
    const seconds = Math.ceil(this.left / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  turn() {
    if (this.running) this.stop();
    else if (this.rest > 0) {
      this.ends = Date.now() + this.rest;
      this.beat = setInterval(() => this.#tick(), 250);
    }
    this.told(false);
  }

  add(minutes) {
    const left = Math.max(0, this.left + minutes * MINUTE);
    if (this.running) this.ends = Date.now() + left;
    this.rest = left;
    this.#tick();
  }

  stop() {
    this.rest = this.left;
    this.ends = null;
    clearInterval(this.beat);
  }

  #tick() {
    const up = this.running && this.left === 0;
    if (up) this.stop();
    this.told(up);
  }
}
