/** @file How the desktop application starts and ends where the system is unkind: a window that is never ready to be shown, and an end in the middle of the start. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { runDesktop } from '../double/runDesktop.ts';

afterEach(() => {
  vi.resetModules();
});

const errors = (said: readonly string[]) => said.filter((text) => text.startsWith('error'));

it('the application shows its window where nothing ever says that it is ready to be shown', async () => {
  await using desktop = await runDesktop(undefined, { neverReadyToShow: true });
  const { double } = desktop;
  await eventually(() => expect(double.window().calls).toContain('show'), 10_000);
  await eventually(() => expect(double.processes.size).toBeGreaterThan(0), 10_000);
});

it('the application ends in peace when its window is closed while the page loads', async () => {
  await using desktop = await runDesktop();
  const { double, userData } = desktop;
  const window = double.window();
  expect(window.isLoading()).toBe(true);
  await window.closeByPerson();
  expect(await double.app.ended.promise).toBe(0);
  expect([errors(double.said), double.processes.size]).toEqual([[], 0]);
  expect(await readdir(join(userData, 'crashes')).catch(() => [])).toEqual([]);
});

it('the application ends in peace when it is told to while it opens the library', async () => {
  await using desktop = await runDesktop(undefined, { untilWindow: false });
  const { double } = desktop;
  await eventually(() => expect(double.app.listenerCount('before-quit')).toBe(1), 10_000);
  double.app.quit();
  expect(await double.app.ended.promise).toBe(0);
  expect([errors(double.said), double.windows.size, double.processes.size]).toEqual([[], 0, 0]);
});
