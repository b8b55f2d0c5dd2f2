/** The present time as state, ticking once a second while the page is seen. */
export class Clock {
  now: Date = $state.raw(new Date());
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.#timer ??= setInterval(() => {
      if (!document.hidden) this.now = new Date();
    }, 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
