/** @file Fields that are defined or removed, each with a way back. Renderer only. */
import type { Field } from '../../preload/contract/fields.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import type { Client } from './connection.ts';

/** What of the application it takes. */
interface App {
  readonly client: { readonly fields: Pick<Client['fields'], 'save' | 'remove'> };
  readonly texts: Pick<Texts, 'fields' | 'common'>;
  toast(text: string, options: { readonly action: { readonly title: string; readonly run: () => void } }): void;
  report(error: unknown): void;
}

/** @param before the field that is defined anew; undefined: a new one @throws what the library refused */
export async function saveField(app: App, definition: Omit<Field, 'id'>, before: Field | undefined): Promise<void> {
  const { fields } = app.client;
  const { id, others } = await fields.save({ ...definition, ...(before === undefined ? {} : { id: before.id }) });
  said(app, app.texts.fields.fieldSaved(definition.name), async () => {
    await (before === undefined ? fields.remove({ id }) : fields.save(before));
    // Their questions had come to it.
    for (const other of others) await fields.save(other);
  });
}

/** Its answers stay. @throws what the library refused */
export async function removeField(app: App, { id, ...definition }: Field): Promise<void> {
  const { fields } = app.client;
  await fields.remove({ id });
  said(app, app.texts.fields.removed(definition.name), () => fields.save(definition));
}

function said(app: App, text: string, undo: () => Promise<unknown>): void {
  const run = (): void => void undo().catch((error: unknown) => app.report(error));
  app.toast(text, { action: { title: app.texts.common.undo, run } });
}
