/** @file The browser of the tests in this folder, and the page in it. */
import { type Browser, chromium } from 'playwright';
import { findChromium } from '../../../scripts/findChromium.ts';

/** On a busy machine half a minute, which is usual, can be too short for a model to be loaded and asked. */
export const maxWaitMs = 110_000;

/**
 * Chromium makes two pages for the suggestions under its address bar in every window, which headless ones have too: half
 * of what a window costs.
 */
const unwantedFeatures = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** Those that Playwright turns off, of which Chromium hears no more: only the last of several such arguments counts. */
const featuresOffByPlaywright = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
];

/** @param scrollBars whether pages have them; Playwright hides those of headless browsers */
export function launchBrowser({ scrollBars = false } = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('No Chromium was found. Set PLAYWRIGHT_CHROMIUM to the path of one.');
  const featuresOff = [...unwantedFeatures, ...featuresOffByPlaywright].join(',');
  return chromium.launch({
    executablePath,
    args: [`--disable-features=${featuresOff}`],
    ...(scrollBars && { ignoreDefaultArgs: ['--hide-scrollbars'] }),
  });
}

let kept: Promise<Browser> | undefined;

/** The same one for all files that run in a process, each with contexts of its own. It ends with the process. */
export async function keptBrowser(): Promise<Browser> {
  const before = await kept;
  if (before?.isConnected() === true) return before;
  kept = launchBrowser();
  return await kept;
}
