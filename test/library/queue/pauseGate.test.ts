/** @file When the queue may begin with the next photo: settings, time, power, and whoever goes first. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SettingKey, type SettingValue, settingSchemas } from '../../../main/library/catalog/settings.ts';
import { PauseGate, type QueueSettings } from '../../../main/library/queue/pauseGate.ts';
import { HandClock } from './queueDoubles.ts';

/** Settings in memory, each with its default. */
function settingsWith(given: { readonly [Key in SettingKey]?: SettingValue<Key> } = {}): QueueSettings {
  const values = new Map<SettingKey, unknown>(Object.entries(given) as [SettingKey, unknown][]);
  return {
    get: <Key extends SettingKey>(key: Key) => settingSchemas[key].parse(values.get(key)) as SettingValue<Key>,
    set: (key, value) => void values.set(key, value),
  };
}

function gateWith(
  settings: QueueSettings,
  { onBattery = false, isBackground = true }: { onBattery?: boolean; isBackground?: boolean } = {},
) {
  const clock = new HandClock(new Date(2024, 4, 3, 12).getTime());
  const state = { onBattery, changes: 0, powerAsked: 0 };
  const gate = new PauseGate({
    settings,
    clock,
    power: {
      onBattery: async () => {
        state.powerAsked += 1;
        return state.onBattery;
      },
    },
    isBackground,
    onChange: () => {
      state.changes += 1;
    },
  });
  onTestFinished(() => gate[Symbol.dispose]());
  return { gate, clock, state };
}

/** Whether somebody who waits at the gate was let in. */
function waiting(gate: PauseGate): { isIn: boolean } {
  const visitor = { isIn: false };
  void gate.whenOpen(new AbortController().signal).then(() => {
    visitor.isIn = true;
  });
  return visitor;
}

const letPass = () => new Promise((resolve) => setImmediate(resolve));

describe('somebody who waits for an answer', () => {
  it('goes first: nothing is begun until all who hold the gate have let go, each once', async () => {
    const { gate } = gateWith(settingsWith());
    await gate.refresh();
    expect(gate.isOpen).toBe(true);
    const [first, second] = [gate.hold(), gate.hold()];
    expect(gate.isOpen).toBe(false);
    expect(gate.reason).toBeUndefined();
    const job = waiting(gate);
    await letPass();
    expect(job.isIn).toBe(false);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await letPass();
    expect([gate.isOpen, job.isIn]).toEqual([false, false]);
    second[Symbol.dispose]();
    await letPass();
    expect([gate.isOpen, job.isIn]).toEqual([true, true]);
  });

  it('goes first in a command, too', async () => {
    const { gate } = gateWith(settingsWith(), { isBackground: false });
    using _held = gate.hold();
    expect(gate.isOpen).toBe(false);
  });

  it('does not end a rest by letting go', async () => {
    const { gate } = gateWith(settingsWith());
    const held = gate.hold();
    gate.pause();
    const job = waiting(gate);
    held[Symbol.dispose]();
    await letPass();
    expect([gate.isOpen, job.isIn]).toEqual([false, false]);
    gate.resume();
    await letPass();
    expect([gate.isOpen, job.isIn]).toEqual([true, true]);
  });
});

describe('on battery', () => {
  it('the queue rests where that is wanted, and goes on when the computer is plugged in', async () => {
    const { gate, clock, state } = gateWith(settingsWith({ pauseOnBattery: true }), { onBattery: true });
    await gate.refresh();
    expect(gate.reason?.code).toBe('ON_BATTERY');
    const job = waiting(gate);
    state.onBattery = false;
    await clock.pass(30_000);
    expect([gate.reason, job.isIn, state.changes]).toEqual([undefined, true, 2]);
  });

  it('the queue goes on where that is not wanted, also while it looks at the time', async () => {
    for (const quietHours of [null, { from: '22:00', to: '07:00' }]) {
      const { gate, state } = gateWith(settingsWith({ pauseOnBattery: false, quietHours }), { onBattery: true });
      await gate.refresh();
      expect([gate.isOpen, gate.reason, state.powerAsked]).toEqual([true, undefined, 0]);
    }
  });

  it('the queue goes on at once when the person wants that', async () => {
    const settings = settingsWith({ quietHours: { from: '22:00', to: '07:00' } });
    const { gate } = gateWith(settings, { onBattery: true });
    await gate.refresh();
    expect(gate.isOpen).toBe(false);
    settings.set('pauseOnBattery', false);
    await gate.refresh();
    expect(gate.isOpen).toBe(true);
  });

  it('the queue goes on when the person wants that and there is nothing else to look at', async () => {
    const settings = settingsWith();
    const { gate } = gateWith(settings, { onBattery: true });
    await gate.refresh();
    settings.set('pauseOnBattery', false);
    await gate.refresh();
    expect(gate.isOpen).toBe(true);
  });

  it('the computer is asked twice a minute, however often settings change, and not any more at the end', async () => {
    const { gate, clock, state } = gateWith(settingsWith({ pauseOnBattery: true }));
    for (let change = 0; change < 5; change += 1) await gate.refresh();
    state.powerAsked = 0;
    await clock.pass(60_000);
    expect(state.powerAsked).toBe(2);
    gate[Symbol.dispose]();
    await clock.pass(300_000);
    expect(state.powerAsked).toBe(2);
  });

  it('a command that somebody waits for goes on', async () => {
    const { gate, state } = gateWith(settingsWith(), { onBattery: true, isBackground: false });
    await gate.refresh();
    expect([gate.isOpen, state.powerAsked]).toEqual([true, 0]);
  });
});

describe('the person’s pause, quiet hours and a full disk', () => {
  it('are told in the order of their weight, and only the pause is remembered', async () => {
    const settings = settingsWith({ quietHours: { from: '11:00', to: '13:00' } });
    const { gate, clock } = gateWith(settings, { onBattery: true });
    await gate.refresh();
    expect(gate.reason?.code).toBe('QUIET_HOURS');
    gate.pause();
    expect(gate.reason?.code).toBe('QUEUE_PAUSED');
    gate.stop({ code: 'CATALOG_DISK_FULL', message: 'The disk is full.' });
    expect(gate.reason?.code).toBe('CATALOG_DISK_FULL');
    expect(settings.get('queuePaused')).toBe(true);
    gate.resume();
    expect([gate.reason?.code, settings.get('queuePaused')]).toEqual(['QUIET_HOURS', false]);
    await clock.pass(3_600_000);
    expect(gate.reason?.code).toBe('ON_BATTERY');
  });

  it('ends by itself when the quiet hours are over, also where nobody looks at the battery', async () => {
    const settings = settingsWith({ pauseOnBattery: false, quietHours: { from: '11:00', to: '13:00' } });
    const { gate, clock } = gateWith(settings);
    await gate.refresh();
    const job = waiting(gate);
    await clock.pass(3_540_000);
    expect([gate.reason?.code, job.isIn]).toEqual(['QUIET_HOURS', false]);
    await clock.pass(60_000);
    expect([gate.reason, job.isIn]).toEqual([undefined, true]);
  });

  it('do not concern a command that somebody waits for, but a full disk does', async () => {
    const { gate } = gateWith(settingsWith({ queuePaused: true, quietHours: { from: '11:00', to: '13:00' } }), {
      isBackground: false,
    });
    await gate.refresh();
    expect(gate.isOpen).toBe(true);
    gate.stop({ code: 'CATALOG_DISK_FULL', message: 'The disk is full.' });
    expect(gate.isOpen).toBe(false);
  });
});
