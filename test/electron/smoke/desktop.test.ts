/** @file The desktop application itself, where Electron's binary and a screen are there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron as electron } from 'playwright';
import { describe, expect, it } from 'vitest';
import { electronBinary } from '../../../scripts/electronBinary.ts';

const executablePath = electronBinary();
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const missing =
  executablePath === undefined ? "Electron's binary is not installed" : hasScreen ? '' : 'there is no screen';

describe.skipIf(missing !== '')(`the desktop application${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  it('captions the demo photos in a sandboxed window that cannot leave its page', async () => {
    const userData = await mkdtemp(join(tmpdir(), 'vignette-electron-'));
    const application = await electron.launch({
      executablePath: executablePath ?? '',
      args: [resolve('.'), `--user-data-dir=${userData}`],
    });
    try {
      const page = await application.firstWindow();
      expect(page.url()).toBe('vignette://app/');
      await page.getByText('30 of 30 captioned').waitFor();
      expect(
        await page.evaluate(() => [
          typeof Reflect.get(globalThis, 'require'),
          typeof Reflect.get(globalThis, 'process'),
        ]),
      ).toEqual(['undefined', 'undefined']);
      expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
      await page.evaluate(() => location.assign('https://example.com/'));
      expect(page.url()).toBe('vignette://app/');
      expect(application.windows().length).toBe(1);
    } finally {
      await application.close();
      await rm(userData, { recursive: true, force: true });
    }
  });
});
