/** @file The computer's power: the queue rests on battery and in sleep, and keeps the computer awake while it works. Desktop main process. */
import type { PowerSource } from '../library/queue/pauseGate.ts';

/** What is used of Electron's `PowerMonitor`. */
export interface PowerEvents {
  isOnBatteryPower(): boolean;
  on(event: 'suspend' | 'resume', listener: () => void): unknown;
  on(event: 'on-ac' | 'on-battery', listener: () => void): unknown;
  /** Typed without an event, but given one: https://www.electronjs.org/docs/latest/api/power-monitor#event-shutdown-linux-macos */
  on(event: 'shutdown', listener: (event?: { preventDefault(): void }) => void): unknown;
}

/** What is used of Electron's `PowerSaveBlocker`. */
export interface SleepBlocker {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): unknown;
}

export interface RestingQueue {
  hold(): Disposable;
  settingsChanged(): Promise<void>;
}

export function batteryOf(monitor: Pick<PowerEvents, 'isOnBatteryPower'>): PowerSource {
  return { onBattery: async () => monitor.isOnBatteryPower() };
}

export function followPower(monitor: PowerEvents, queue: RestingQueue, quit: () => void): void {
  let sleep: Disposable | undefined;
  monitor.on('suspend', () => {
    sleep ??= queue.hold();
  });
  monitor.on('resume', () => {
    sleep?.[Symbol.dispose]();
    sleep = undefined;
  });
  // The queue asks for the power source whenever it looks at its settings.
  for (const event of ['on-ac', 'on-battery'] as const) monitor.on(event, () => void queue.settingsChanged());
  monitor.on('shutdown', (event) => {
    // Or Linux goes on at once, while the library is being closed.
    event?.preventDefault();
    quit();
  });
}

/** Holds the computer awake, from the first to the last of what works. */
export class Wakefulness implements Disposable {
  readonly #blocker: SleepBlocker;
  #id: number | undefined;

  constructor(blocker: SleepBlocker) {
    this.#blocker = blocker;
  }

  set(isWanted: boolean): void {
    if (isWanted === (this.#id !== undefined)) return;
    if (isWanted) this.#id = this.#blocker.start('prevent-app-suspension');
    else this.#release();
  }

  [Symbol.dispose](): void {
    this.#release();
  }

  #release(): void {
    if (this.#id !== undefined) this.#blocker.stop(this.#id);
    this.#id = undefined;
  }
}
