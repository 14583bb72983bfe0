/** @file Whether the queue may start the next photo, and if not, why: paused, quiet hours, on battery, disk full. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../../../schemas/problem.ts';
import type { SettingKey, SettingValue } from '../catalog/settings.ts';
import { AsyncSignal, type Clock } from './clock.ts';

/** The catalog's settings, as far as the queue reads and writes them. */
export interface QueueSettings {
  get<Key extends SettingKey>(key: Key): SettingValue<Key>;
  set<Key extends SettingKey>(key: Key, value: SettingValue<Key>): void;
}

export interface PauseGateOptions {
  readonly settings: QueueSettings;
  readonly clock: Clock;
  readonly power: PowerSource;
  /** False for a command that somebody waits for: pauses, quiet hours and the battery do not concern it. */
  readonly isBackground: boolean;
  readonly onChange: () => void;
}

/** Power and time of day are polled this often. */
const pollMs = 30_000;

export class PauseGate implements Disposable {
  readonly #options: PauseGateOptions;
  readonly #opened = new AsyncSignal();
  #isOnBattery = false;
  /** Why the queue paused by itself: a full disk. Kept in memory only. */
  #stopped: Problem | undefined;
  #holds = 0;
  #stopTimer: (() => void) | undefined;
  #reason: Problem | undefined;

  constructor(options: PauseGateOptions) {
    this.#options = options;
    this.#reason = this.#currentReason();
  }

  /** Reads the settings, the time and the power now, and polls them from now on. */
  async refresh(): Promise<void> {
    const { settings, clock, power, isBackground } = this.#options;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const pausesOnBattery = isBackground && settings.get('pauseOnBattery');
    if (pausesOnBattery || (isBackground && settings.get('quietHours') !== null)) {
      this.#stopTimer = clock.after(pollMs, () => void this.refresh());
    }
    this.#isOnBattery = pausesOnBattery && (await power.onBattery());
    this.#update();
  }

  get isOpen(): boolean {
    return this.#holds === 0 && this.#reason === undefined;
  }

  /** Why the queue is paused; a chat that goes first is no pause. */
  get reason(): Problem | undefined {
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
        this.#opened.notify();
      },
    };
  }

  /** The queue pauses by itself until it is resumed. */
  stop(problem: Problem): void {
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
    this.#opened.notify();
  }

  #currentReason(): Problem | undefined {
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

/** Hours in which the queue is paused. Local times, HH:MM; `from` after `to` goes over midnight. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** By the clock on the wall. Equal times are no hours at all. */
export function isQuiet({ from, to }: QuietHours, nowMs: number): boolean {
  const now = new Date(nowMs);
  const time = `${twoDigits(now.getHours())}:${twoDigits(now.getMinutes())}`;
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

export interface PowerSource {
  onBattery(): Promise<boolean>;
}

/** For systems that Node cannot ask; the desktop application brings a source of its own. */
export const mainsPower: PowerSource = { onBattery: async () => false };

export function powerSourceOf(platform: NodeJS.Platform): PowerSource {
  return platform === 'linux' ? linuxPower('/sys/class/power_supply') : mainsPower;
}

/**
 * The kernel's own report. Batteries of mice and pens say that their scope is a device; they do not count.
 * https://docs.kernel.org/power/power_supply_class.html
 */
export function linuxPower(folder: string): PowerSource {
  return {
    async onBattery() {
      const names = await readdir(folder).catch(() => []);
      const supplies = await Promise.all(names.map((name) => supplyIn(path.join(folder, name))));
      const isFed = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
      const drains = supplies.some(
        ({ type, scope, status }) => type === 'Battery' && scope !== 'Device' && status === 'Discharging',
      );
      return drains && !isFed;
    },
  };
}

async function supplyIn(folder: string): Promise<Record<'type' | 'online' | 'scope' | 'status', string>> {
  const read = async (name: string) => (await readFile(path.join(folder, name), 'utf8').catch(() => '')).trim();
  const [type, online, scope, status] = await Promise.all([
    read('type'),
    read('online'),
    read('scope'),
    read('status'),
  ]);
  return { type, online, scope, status };
}
