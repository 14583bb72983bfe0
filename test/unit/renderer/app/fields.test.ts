/** @file Fields that are defined in the page: undoing it brings everything back as it was. */
import { expect, it, vi } from 'vitest';
import type { Field } from '../../../../preload/contract/fields.ts';
import { saveField } from '../../../../renderer/state/fields.ts';
import { texts } from '../../../../resources/messages/texts.ts';

it('undoing a field gives the questions that came to it back to those that had them', async () => {
  const other: Field = { id: 1, name: 'first', type: 'text', values: [], questions: ['who?', 'what?'] };
  const saved: unknown[] = [];
  const save = vi.fn(async (field: unknown) => {
    saved.push(field);
    return { id: 2, others: saved.length === 1 ? [other] : [] };
  });
  const remove = vi.fn(async () => {});
  let undo = () => {};
  const app = {
    client: { fields: { save, remove } },
    texts: texts.en,
    toast: (_text: string, { action }: { action?: { run: () => void } | null } = {}) => {
      undo = action?.run ?? undo;
    },
    report: (error: unknown) => {
      throw error;
    },
  };
  const definition = { name: 'second', type: 'text' as const, values: [], questions: ['what?'] };
  await saveField(app, definition, undefined);
  undo();
  await vi.waitFor(() => expect(saved).toEqual([definition, other]));
  expect(remove).toHaveBeenCalledWith({ id: 2 });
});
