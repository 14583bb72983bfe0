/** @file Fields that answers are to be kept as, said when the questions are asked. Main process and server. */
import { type AskedFields, keepAsked } from '../library/editing/askedFields.ts';
import type { App } from './app.ts';

/** @throws CatalogError FIELD_INVALID */
export function keepAsFields(app: App, terms: AskedFields): void {
  keepAsked(app.catalog, terms);
  if (terms.fields.length > 0) app.fieldsChanged();
}
