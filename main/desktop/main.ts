/** @file Entry of the desktop application and the only place that puts its parts together. Desktop main process. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  app,
  crashReporter,
  dialog,
  ipcMain,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  utilityProcess,
} from 'electron';
import { serializeError } from '../../native-models/errors.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import { type DesktopTexts, languageOf, texts } from '../../resources/messages/texts.ts';
import { findInstallation } from '../api/installation.ts';
import { type LiveApp, openApp } from '../api/liveApp.ts';
import { readPageFiles } from '../api/pageFiles.ts';
import { electronFolder, settledLibraryFolder } from '../library/files/libraryFolder.ts';
import { pictureForker } from '../library/images/process/pictureProcesses.ts';
import { installedModels } from '../library/models/installedModels.ts';
import { acceptConnections } from './connections.ts';
import { CrashReports, reportCrashes } from './crashReports.ts';
import { acceptDrops } from './drops.ts';
import { assertSandboxed, hardenEveryPage, hardenSession } from './hardening.ts';
import { HubToken } from './hubToken.ts';
import { forkUtilityHost } from './modelHostProcess.ts';
import { type OpenRequest, openRequest, ownArguments } from './openRequests.ts';
import { pageScheme } from './pageAddress.ts';
import { PageEvents } from './pageEvents.ts';
import { pageSchemePrivileges, servePage } from './pageProtocol.ts';
import { batteryOf, followPower } from './power.ts';
import { Shell } from './shell.ts';
import { keptApart } from './userData.ts';

/** As the installer names it: `appId` in electron-builder.yml. */
const appUserModelId = 'app.vignette.desktop';
const home = { env: process.env, platform: process.platform, homeFolder: homedir() };
// First: everything of Electron's and our own that is written follows it.
const userData = electronFolder(home);
if (userData !== undefined) app.setPath('userData', keptApart(app.getPath('userData'), userData));
const installation = findInstallation(app.isPackaged ? process.resourcesPath : undefined);
const events = new PageEvents();
const crashes = new CrashReports(join(app.getPath('userData'), 'crashes'), {
  version: app.getVersion(),
  platform: `${process.platform} ${process.arch}`,
  electron: process.versions.electron ?? '',
});
const hubToken = new HubToken({
  file: join(app.getPath('userData'), 'hub-token'),
  keyStore: safeStorage,
  platform: process.platform,
});

async function openLibrary(): Promise<LiveApp> {
  const folder = settledLibraryFolder({ ...home, option: undefined, cwd: process.cwd() });
  const library = await openApp({
    libraryFolder: folder,
    about: { version: app.getVersion(), host: 'desktop' },
    models: installedModels(
      join(folder, 'models'),
      installation.bundledModelsFolder,
      forkUtilityHost(utilityProcess, installation.modelImportEntry, 'Vignette model import'),
    ),
    startHost: (onNotice) =>
      ModelHost.start({
        onNotice,
        startProcess: forkUtilityHost(utilityProcess, installation.modelHostEntry),
        onRestart: (reason) =>
          crashes.report('model-host', { message: 'The process of a model ended.', details: { reason } }),
      }),
    // On Linux, Electron has the system's GLib in each of its processes, which sharp's does not stand.
    startPictures:
      installation.pictureNode === undefined
        ? forkUtilityHost(utilityProcess, installation.pictureProcessEntry, 'Vignette pictures')
        : pictureForker(installation.pictureNode),
    startMeasuring: forkUtilityHost(utilityProcess, installation.machineFloorEntry, 'Vignette measurement'),
    hub: { env: process.env, homeFolder: homedir(), token: () => hubToken.read() },
    demoFolder: installation.demoPhotosFolder,
    power: batteryOf(powerMonitor),
  });
  await library.start();
  return library;
}

/** Shown as soon as a page is there to show it. */
function take({ folders, hash, refused }: OpenRequest): void {
  for (const address of refused) console.warn(`Refused to follow ${JSON.stringify(address.slice(0, 200))}.`);
  if (folders.length > 0) events.tell({ type: 'folders', paths: [...folders] });
  if (hash !== undefined) events.tell({ type: 'go', hash });
}

let isQuitting = false;

/**
 * Everything is put away before the application ends, in this order; until then quitting waits.
 * @param parts what there is, once all is there that is being opened
 */
function disposeBeforeQuit(parts: () => Promise<readonly AsyncDisposable[]>): void {
  let disposed = false;
  app.on('before-quit', (event) => {
    if (disposed) return;
    event.preventDefault();
    if (isQuitting) return;
    isQuitting = true;
    void parts()
      .then((there) => disposeAll(...there))
      .finally(() => {
        disposed = true;
        app.quit();
      });
  });
}

/** What cannot be put away properly keeps nobody from quitting: it is found again at the next start. */
async function disposeAll(...parts: readonly AsyncDisposable[]): Promise<void> {
  for (const part of parts) {
    try {
      await part[Symbol.asyncDispose]();
    } catch (error) {
      crashes.reportError('quit', error);
    }
  }
}

async function start(): Promise<void> {
  await app.whenReady();
  assertSandboxed(app.commandLine, systemTexts().sandboxOff);
  const opening = openLibrary();
  // The window goes first.
  const parts: AsyncDisposable[] = [];
  disposeBeforeQuit(async () => {
    await opening.then(
      (library) => parts.push(library),
      () => undefined,
    );
    return parts;
  });
  const [page, library] = await Promise.all([readPageFiles(installation.pageFolder), opening]);
  if (isQuitting) return;
  const shell = new Shell({ library, installation, crashes, events, hubToken });
  openShell = shell;
  parts.push(shell);
  hardenSession(session.defaultSession);
  servePage(protocol, page, library);
  acceptConnections(ipcMain, library, shell.actions);
  acceptDrops(ipcMain, events);
  followPower(powerMonitor, library.queue, () => app.quit());
  const open = (args: readonly string[], workingFolder: string): void => {
    shell.show();
    void openRequest(args, workingFolder).then(take);
  };
  app.on('activate', () => shell.show());
  app.on('second-instance', (_event, argv, workingFolder) => open(ownArguments(argv, app.isPackaged), workingFolder));
  take(await openRequest(ownArguments(process.argv, app.isPackaged), process.cwd()));
  if (isQuitting) return;
  shell.refresh();
  await shell.window.show();
}

/** There once the library is open. */
let openShell: Shell | undefined;

/** A Mac says so before the application is ready, too, and when its window is closed. */
function acceptOpening(): void {
  const open = (event: { preventDefault(): void }, what: string): void => {
    event.preventDefault();
    openShell?.show();
    void openRequest([what], process.cwd()).then(take);
  };
  app.on('open-file', open);
  app.on('open-url', open);
}

/** Before the settings of a library are known. */
function systemTexts(): DesktopTexts {
  return texts[languageOf('system', app.isReady() ? app.getPreferredSystemLanguages() : [])].desktop;
}

function showFatalError(title: 'cannotStart' | 'mustClose', error: unknown): void {
  const texts = systemTexts();
  const { message } = serializeError(error);
  dialog.showErrorBox(texts[title], title === 'cannotStart' ? message : texts.mustCloseText(message));
  app.exit(1);
}

// Windows shows notifications and groups windows by it; without the installer's shortcut it knows only the program's path.
if (process.platform === 'win32') app.setAppUserModelId(app.isPackaged ? appUserModelId : process.execPath);
if (app.requestSingleInstanceLock()) {
  // Native crashes are written beside the reports; nothing is ever sent.
  app.setPath('crashDumps', crashes.folder);
  crashReporter.start({ uploadToServer: false });
  reportCrashes({ app, process }, crashes, (error) => showFatalError('mustClose', error));
  protocol.registerSchemesAsPrivileged([pageSchemePrivileges]);
  app.enableSandbox();
  hardenEveryPage(app);
  if (app.isPackaged) app.setAsDefaultProtocolClient(pageScheme);
  acceptOpening();
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  start().catch((error: unknown) => {
    crashes.reportError('start', error);
    // What was taken away under it while quitting is no reason to break off in the middle.
    if (!isQuitting) showFatalError('cannotStart', error);
  });
} else {
  app.quit();
}
