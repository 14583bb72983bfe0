/** @file The application's one window. Desktop main process. */
import type { BrowserWindowConstructorOptions } from 'electron';

export function windowOptions(preloadScript: string): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 860,
    minWidth: 560,
    minHeight: 400,
    // Shown when the page has painted; until then the window would flash.
    show: false,
    backgroundColor: '#0e0e0f',
    title: 'Vignette',
    autoHideMenuBar: true,
    webPreferences: {
      preload: preloadScript,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  };
}
