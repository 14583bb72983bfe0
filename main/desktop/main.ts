/** @file Entry of the desktop application and the only place that puts its parts together. Desktop main process. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, protocol, session, utilityProcess } from 'electron';
import { serializeError } from '../../native-models/errors.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import { findInstallation } from '../api/installation.ts';
import { type LiveApp, openApp } from '../api/liveApp.ts';
import { readPageFiles } from '../api/pageFiles.ts';
import { libraryFolder } from '../library/libraryFolder.ts';
import { installedModels } from '../library/models/installedModels.ts';
import { acceptConnections } from './connections.ts';
import { hardenEveryPage, hardenSession } from './hardening.ts';
import { forkUtilityHost } from './modelHostProcess.ts';
import { pageUrl } from './pageAddress.ts';
import { pageSchemePrivileges, servePage } from './pageProtocol.ts';
import { windowOptions } from './window.ts';

const installation = findInstallation(app.isPackaged ? process.resourcesPath : undefined);

async function openLibrary(): Promise<LiveApp> {
  const folder = libraryFolder({
    ...{ option: undefined, env: process.env, platform: process.platform },
    ...{ homeFolder: homedir(), cwd: process.cwd() },
  });
  const library = await openApp({
    libraryFolder: folder,
    about: { version: app.getVersion(), host: 'desktop' },
    models: installedModels(join(folder, 'models'), installation.bundledModelsFolder),
    startHost: () => ModelHost.start({ startProcess: forkUtilityHost(utilityProcess, installation.modelHostEntry) }),
    demoFolder: installation.demoPhotosFolder,
  });
  await library.start();
  return library;
}

async function openWindow(): Promise<void> {
  const window = new BrowserWindow(windowOptions(installation.preloadScript));
  window.once('ready-to-show', () => window.show());
  await window.loadURL(pageUrl);
}

/** The model host ends before the application does; until then quitting waits. */
function disposeBeforeQuit(library: LiveApp): void {
  let disposed = false;
  app.on('before-quit', (event) => {
    if (disposed) return;
    event.preventDefault();
    void library[Symbol.asyncDispose]().finally(() => {
      disposed = true;
      app.quit();
    });
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  const [page, library] = await Promise.all([readPageFiles(installation.pageFolder), openLibrary()]);
  disposeBeforeQuit(library);
  hardenSession(session.defaultSession);
  servePage(protocol, page, library);
  acceptConnections(ipcMain, library);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow();
  });
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  await openWindow();
}

if (app.requestSingleInstanceLock()) {
  protocol.registerSchemesAsPrivileged([pageSchemePrivileges]);
  app.enableSandbox();
  hardenEveryPage(app);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  start().catch((error: unknown) => {
    dialog.showErrorBox('Vignette could not start', serializeError(error).message);
    app.exit(1);
  });
} else {
  app.quit();
}
