/** @file The application as benchmarks run it: in this process, with the bundled models and a real model host. */
import { join } from 'node:path';
import { findInstallation } from '../main/api/installation.ts';
import { type LiveApp, openApp } from '../main/api/liveApp.ts';
import { installedModels } from '../main/library/models/installedModels.ts';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import { findChromium } from '../scripts/findChromium.ts';

/** Opened, but not started. */
export async function openBenchApp(libraryFolder: string): Promise<LiveApp> {
  const { demoPhotosFolder, bundledModelsFolder } = findInstallation();
  return await openApp({
    libraryFolder,
    demoFolder: demoPhotosFolder,
    startHost: () => ModelHost.start(),
    about: { version: '0.0.0', host: 'server' },
    models: installedModels(join(libraryFolder, 'models'), bundledModelsFolder),
  });
}

export function chromiumPath(): string {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium was found. Set PLAYWRIGHT_CHROMIUM to its path.');
  return executablePath;
}
