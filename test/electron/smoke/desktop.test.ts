/** @file The desktop application itself, where Electron's binary and a screen are there. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron as electron } from 'playwright';
import { describe, expect, it } from 'vitest';
import { electronBinary } from '../../../scripts/electronBinary.ts';

const executablePath = electronBinary();
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const missing =
  executablePath === undefined ? "Electron's binary is not installed" : hasScreen ? '' : 'there is no screen';

// Where it must run, a missing binary or screen is a failure.
const isSkipped = missing !== '' && process.env.VIGNETTE_SMOKE !== 'required';

describe.skipIf(isSkipped)(`the desktop application${isSkipped ? ` (skipped: ${missing})` : ''}`, () => {
  it('captions the demo photos in a sandboxed window that cannot leave its page', async () => {
    const userData = await mkdtemp(join(tmpdir(), 'vignette-electron-'));
    const application = await electron.launch({
      executablePath: executablePath ?? '',
      args: [resolve('.'), `--user-data-dir=${userData}`],
      // On Linux Playwright turns it off otherwise.
      chromiumSandbox: true,
      env: { ...process.env, VIGNETTE_HOME: join(userData, 'library') },
    });
    try {
      const page = await application.firstWindow();
      expect(page.url()).toBe('vignette://app/');
      await page.getByRole('dialog', { name: 'Introduction' }).getByRole('button', { name: 'Skip' }).click();
      await page.locator('.grid img.loaded').first().waitFor();
      await page.getByRole('img', { name: 'Written by the model demo' }).first().waitFor();
      const globals = () =>
        page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]);
      await expect.poll(globals).toEqual(['undefined', 'undefined']);
      const opened = await page.evaluate(() => window.open('https://example.com/') !== null);
      expect(opened).toBe(false);
      await page.evaluate(() => location.assign('https://example.com/'));
      expect(page.url()).toBe('vignette://app/');
      expect(application.windows().length).toBe(1);

      await application.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('go-settings')?.click());
      await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
      const bounds = { x: 120, y: 90, width: 901, height: 702 };
      await application.evaluate(({ BrowserWindow }, wanted) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.setBounds(wanted);
        return window?.getNormalBounds();
      }, bounds);
      await application.close();
      const kept: unknown = JSON.parse(await readFile(join(userData, 'window.json'), 'utf8'));
      // Where it may stand is the window manager's affair.
      expect(kept).toMatchObject({ width: 901, height: 702, maximized: false, fullScreen: false });
    } finally {
      await application.close().catch(() => undefined);
      await rm(userData, { recursive: true, force: true });
    }
  });
});
