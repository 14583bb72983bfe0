/** @file The photo alone on the whole screen, or in the whole window where the browser refuses the screen. Renderer only. */
import { tick } from 'svelte';

export class FullScreenState {
  #isOn = $state(false);
  /** What had the keyboard before. */
  #opener: HTMLElement | undefined;
  #stage: HTMLElement | undefined;

  get isOn(): boolean {
    return this.#isOn;
  }

  /** @param stage gets the keyboard meanwhile */
  enter(stage: HTMLElement | undefined): void {
    if (this.#isOn) return;
    const { activeElement } = document;
    this.#opener = activeElement instanceof HTMLElement ? activeElement : undefined;
    this.#stage = stage;
    this.#isOn = true;
    stage?.focus({ preventScroll: true });
    void this.#askForScreen();
  }

  leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    giveBackScreen();
    const [opener, stage] = [this.#opener, this.#stage];
    this.#opener = undefined;
    this.#stage = undefined;
    // It is hidden until the page has followed.
    void tick().then(() => (opener?.isConnected === true ? opener : stage)?.focus({ preventScroll: true }));
  }

  /** The browser ends it by itself, too: with Escape, and when another window comes. Until the returned function is called. */
  follow(): () => void {
    const changed = (): void => {
      if (document.fullscreenElement === null) this.leave();
    };
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }

  /** Of the whole page, so that notices, tooltips and dialogs are seen over the photo. */
  async #askForScreen(): Promise<void> {
    if (!document.fullscreenEnabled) return;
    try {
      await document.documentElement.requestFullscreen({ navigationUI: 'hide' });
    } catch {
      // A browser that refuses leaves the photo in the whole window.
      return;
    }
    if (!this.#isOn) giveBackScreen();
  }
}

function giveBackScreen(): void {
  if (document.fullscreenElement === null) return;
  // Ended by the browser meanwhile: as it was to be.
  document.exitFullscreen().catch(() => undefined);
}
