/** @file Starts the real main process of the desktop application on the double of Electron, with a library of its own. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { launchBrowser } from '../../e2e/serve/browser.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { ElectronDouble, type Unkindness } from './electronDouble.ts';

export interface RunningDesktop extends AsyncDisposable {
  readonly double: ElectronDouble;
  readonly userData: string;
  readonly libraryFolder: string;
  /** For photos of the test's own. */
  readonly folder: string;
}

const builtEntry = resolve('out/main/desktop.js');

export interface DesktopOptions extends Unkindness {
  /** False for an application that may be anywhere in its start. */
  readonly untilWindow?: boolean;
  /** What `npm run build` made instead of the sources: nothing in it can be replaced for a test. */
  readonly isBuilt?: boolean;
  /** The folder `resources` of a packed application, its archive laid out as a folder: that is what runs, then. */
  readonly packedResources?: string;
}

/**
 * One in a process: the application's entry runs when it is imported.
 * @param givenFolder for everything that is written; by default one of its own, gone afterwards
 */
export async function runDesktop(
  givenFolder?: string,
  { untilWindow = true, isBuilt = false, packedResources, ...unkindness }: DesktopOptions = {},
): Promise<RunningDesktop> {
  await using resources = new AsyncDisposableStack();
  const folder = givenFolder ?? resources.use(await temporaryFolder()).path;
  const [userData, libraryFolder] = [join(folder, 'user data'), join(folder, 'library')];
  await mkdir(userData, { recursive: true });
  const browser = await launchBrowser();
  resources.defer(() => browser.close());
  const isPackaged = packedResources !== undefined;
  const double = new ElectronDouble(userData, browser, { ...unkindness, isPackaged });
  restoreProcess(resources);
  process.argv = isPackaged ? ['vignette'] : ['electron', '.'];
  if (isPackaged) Object.assign(process, { resourcesPath: packedResources });
  vi.stubEnv('VIGNETTE_HOME', libraryFolder);
  vi.doMock('electron', () => double.module());
  if (packedResources !== undefined) await import(join(packedResources, 'app.asar', 'out', 'main', 'desktop.js'));
  else await import(isBuilt ? builtEntry : '../../../main/desktop/main.ts');
  resources.defer(async () => {
    double.app.quit();
    await double.app.ended.promise;
  });
  if (untilWindow) await eventually(() => double.window(), 30_000);
  const disposal = resources.move();
  return { double, userData, libraryFolder, folder, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
}

/** The application listens to the process it is alone in; here it is the test's. */
function restoreProcess(resources: AsyncDisposableStack): void {
  const { argv } = process;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.rawListeners(event));
  resources.defer(() => {
    process.argv = argv;
    vi.unstubAllEnvs();
    vi.doUnmock('electron');
    events.forEach((event, index) => {
      for (const listener of process.rawListeners(event))
        if (before[index]?.includes(listener) === false) Reflect.apply(process.off, process, [event, listener]);
    });
  });
}
