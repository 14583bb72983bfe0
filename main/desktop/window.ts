/** @file How the application's one window is made. Desktop main process. */
import type { BrowserWindowConstructorOptions } from 'electron';
import { minHeightPx, minWidthPx, type WindowPlace } from './windowState.ts';

export interface WindowLook {
  readonly preloadScript: string;
  readonly iconFile: string;
  readonly place: WindowPlace;
  readonly isDark: boolean;
  readonly platform: NodeJS.Platform;
}

/** The page's own background, which shows until the page has painted. */
export function backgroundColor(isDark: boolean): string {
  return isDark ? '#0e0e0f' : '#fbfbfa';
}

/**
 * On a Mac the page reaches to the top and leaves room for the three buttons, as applications do there; elsewhere the
 * system's own bar holds the title and, with Alt, the menus.
 */
function titleBar(platform: NodeJS.Platform): BrowserWindowConstructorOptions {
  if (platform === 'darwin') {
    return { titleBarStyle: 'hidden', titleBarOverlay: true, trafficLightPosition: { x: 14, y: 14 } };
  }
  return { autoHideMenuBar: true };
}

export function windowOptions({ preloadScript, iconFile, place, isDark, platform }: WindowLook) {
  return {
    width: place.width,
    height: place.height,
    ...place.position,
    minWidth: minWidthPx,
    minHeight: minHeightPx,
    // On a Mac an explicit false means that the window can never fill the screen.
    ...(place.fullScreen ? { fullscreen: true } : {}),
    // Shown when the page has painted; until then the window would flash.
    show: false,
    backgroundColor: backgroundColor(isDark),
    title: 'Vignette',
    // Elsewhere the icon comes with the application.
    ...(platform === 'linux' ? { icon: iconFile } : {}),
    ...titleBar(platform),
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
  } satisfies BrowserWindowConstructorOptions;
}
