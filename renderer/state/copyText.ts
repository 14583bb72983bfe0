/** @file Puts a text on the clipboard and says so, or says that the browser refused. Renderer only. */
import type { AppState } from './app.svelte.ts';

export async function copyText(app: AppState, text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    app.toast(done);
  } catch {
    app.toast(app.texts.common.copyRefused, { kind: 'problem' });
  }
}
