/** @file Finds a Chromium for the browser tests and the screenshots, and what its WebGPU needs. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const defaultPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** `PLAYWRIGHT_CHROMIUM` where it is set, else Playwright's own browser, else one that is installed. */
export function findChromium(): string | undefined {
  const named = process.env.PLAYWRIGHT_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  return [chromium.executablePath(), ...defaultPlaces].find((path) => existsSync(path));
}

const vulkanLoaders = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];

/** The software Vulkan inside Debian's package chromium. */
export const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Debian's package libvulkan1: Chromium brings a software adapter, but not the loader that finds it. */
export function findVulkanLoader(): string | undefined {
  return vulkanLoaders.find((path) => existsSync(path));
}
