/** @file Fields that are removed, with a way back. Renderer only. */
import type { Field } from '../../preload/contract/fields.ts';
import type { AppState } from './app.svelte.ts';

/** Its answers stay. */
export async function removeField(app: AppState, { id, ...definition }: Field): Promise<void> {
  await app.client.fields.remove({ id });
  const undo = (): void => void app.client.fields.save(definition).catch((error: unknown) => app.report(error));
  app.toast(app.texts.fields.removed(definition.name), { action: { title: app.texts.common.undo, run: undo } });
}
