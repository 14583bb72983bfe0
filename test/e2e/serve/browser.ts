/** @file The browser of the tests in this folder, and the page in it. */
import { type Browser, chromium } from 'playwright';
import { findChromium } from '../../../scripts/findChromium.ts';

/** On a busy machine half a minute, which is usual, can be too short for a model to be loaded and asked. */
export const longestWaitMs = 60_000;

export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('No Chromium was found. Set PLAYWRIGHT_CHROMIUM to the path of one.');
  return chromium.launch({ executablePath });
}
