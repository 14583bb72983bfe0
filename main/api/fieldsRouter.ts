/** @file The fields' part of the contract. Main process and server. */
import type { Field } from '../../preload/contract/fields.ts';
import type { AnswerField } from '../library/catalog/texts/answerFields.ts';
import { api } from './implementation.ts';

export const fieldsRouter = api.fields.router({
  list: api.fields.list.handler(({ context: { app } }) => app.catalog.fields.all().map(toContract)),
  save: api.fields.save.handler(({ context: { app }, input: { id, ...definition } }) => {
    const { fields } = app.catalog;
    const before = fields.all();
    const saved = fields.save(definition, id);
    app.fieldsChanged();
    const others = before.filter((field) => field.id !== saved && hasLost(field, fields.get(field.id)));
    return { id: saved, others: others.map(toContract) };
  }),
  remove: api.fields.remove.handler(({ context: { app }, input: { id } }) => {
    app.catalog.fields.remove(id);
    app.fieldsChanged();
  }),
});

function hasLost(before: AnswerField, after: AnswerField): boolean {
  return after.questions.length < before.questions.length;
}

export function toContract({ id, name, type, values, questions }: AnswerField): Field {
  return { id, name, type, values: [...values], questions: questions.map(({ text }) => text) };
}
