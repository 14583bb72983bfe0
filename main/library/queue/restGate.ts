/** @file Whether the queue may begin with the next photo, and if not, why. */

import type { JobProblem } from '../catalog/jobs.ts';
import type { SettingKey, SettingValue } from '../catalog/settings.ts';
import type { Clock } from './clock.ts';
import type { PowerSource } from './powerSource.ts';
import { isQuiet } from './quietHours.ts';
import { Wakeup } from './wakeup.ts';

/** The catalog's settings, as far as the queue reads and writes them. */
export interface QueueSettings {
  get<Key extends SettingKey>(key: Key): SettingValue<Key>;
  set<Key extends SettingKey>(key: Key, value: SettingValue<Key>): void;
}

export interface RestGateOptions {
  readonly settings: QueueSettings;
  readonly clock: Clock;
  readonly power: PowerSource;
  /** False for a command that somebody waits for: pauses, quiet hours and the battery do not concern it. */
  readonly isBackground: boolean;
  readonly onChange: () => void;
}

/** Power and time of day are looked at this often. */
const lookEveryMs = 30_000;

export class RestGate implements Disposable {
  readonly #options: RestGateOptions;
  readonly #opened = new Wakeup();
  #isOnBattery = false;
  /** What made the queue rest by itself: a full disk. Not kept on it. */
  #stopped: JobProblem | undefined;
  #holds = 0;
  #stopTimer: (() => void) | undefined;
  #reason: JobProblem | undefined;

  constructor(options: RestGateOptions) {
    this.#options = options;
    this.#reason = this.#currentReason();
  }

  /** Looks at the settings, the time and the power now, and from now on. */
  async refresh(): Promise<void> {
    const { settings, clock, power, isBackground } = this.#options;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const restsOnBattery = isBackground && settings.get('pauseOnBattery');
    if (restsOnBattery || (isBackground && settings.get('quietHours') !== null)) {
      this.#stopTimer = clock.after(lookEveryMs, () => void this.refresh());
    }
    this.#isOnBattery = restsOnBattery && (await power.onBattery());
    this.#update();
  }

  get isOpen(): boolean {
    return this.#holds === 0 && this.#reason === undefined;
  }

  /** Why the queue rests; a chat that goes first is no rest. */
  get reason(): JobProblem | undefined {
    return this.#reason;
  }

  /** Until it is disposed of, nothing is begun: somebody waits for an answer. */
  hold(): Disposable {
    this.#holds += 1;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#holds -= 1;
        this.#opened.ring();
      },
    };
  }

  /** The queue rests until it is told to go on. */
  stop(problem: JobProblem): void {
    this.#stopped = problem;
    this.#update();
  }

  pause(): void {
    this.#options.settings.set('queuePaused', true);
    this.#update();
  }

  resume(): void {
    this.#stopped = undefined;
    if (this.#options.settings.get('queuePaused')) this.#options.settings.set('queuePaused', false);
    this.#update();
  }

  /** @throws the signal's reason */
  async whenOpen(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (!this.isOpen) await this.#opened.wait(signal);
  }

  [Symbol.dispose](): void {
    this.#stopTimer?.();
  }

  #update(): void {
    const before = this.#reason;
    this.#reason = this.#currentReason();
    if (before?.code !== this.#reason?.code) this.#options.onChange();
    this.#opened.ring();
  }

  #currentReason(): JobProblem | undefined {
    const { settings, clock, isBackground } = this.#options;
    if (this.#stopped !== undefined) return this.#stopped;
    if (!isBackground) return undefined;
    if (settings.get('queuePaused')) return { code: 'QUEUE_PAUSED', message: 'The queue is paused.' };
    const quietHours = settings.get('quietHours');
    if (quietHours !== null && isQuiet(quietHours, clock.nowMs())) {
      return { code: 'QUIET_HOURS', message: `Quiet hours: the queue goes on at ${quietHours.to}.` };
    }
    if (this.#isOnBattery) {
      return {
        code: 'ON_BATTERY',
        message: 'The computer runs on its battery: the queue goes on when it is plugged in.',
      };
    }
    return undefined;
  }
}
