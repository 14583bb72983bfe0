/** @file Fields that answers are to be kept as, said when the questions are asked. Main process and server. */
import { type FieldQuestion, keepAsked } from '../library/editing/askedFields.ts';
import type { App } from './app.ts';

/** @throws CatalogError FIELD_INVALID */
export function keepAsFields(
  app: App,
  {
    questions,
    followUps,
  }: { readonly questions: readonly FieldQuestion[]; readonly followUps: readonly FieldQuestion[] },
): void {
  const asked = [...questions, ...followUps];
  keepAsked(app.catalog, asked);
  if (asked.some(({ field }) => field !== undefined)) app.fieldsChanged();
}
