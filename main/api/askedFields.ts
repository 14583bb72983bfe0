/** @file Fields that answers are to be kept as, said when the questions are asked. Main process and server. */
import type * as z from 'zod';
import type { termsSchema } from '../../preload/contract/work.ts';
import type { FieldDefinition } from '../../schemas/answerField.ts';
import { fieldValue } from '../library/text/fieldValue.ts';
import type { App } from './app.ts';

type AskTerms = Extract<z.output<typeof termsSchema>, { kind: 'ask' }>;

/**
 * All of them or none, and before anything is asked: a field that cannot be is no reason to ask first and refuse then. A
 * field that is there keeps its type, and holds the question, too. @throws CatalogError FIELD_INVALID
 */
export function keepAsFields(app: App, terms: Pick<AskTerms, 'fields' | 'questions' | 'choices'>): void {
  app.catalog.connection.write(() => {
    for (const { question: place, name, type } of terms.fields) {
      const question = terms.questions[place];
      if (question === undefined) continue;
      app.catalog.fields.keep({ name, ...kindOf(type, terms.choices), questions: [question] });
    }
  });
  if (terms.fields.length > 0) app.fieldsChanged();
}

/** A question with choices is one of a list by itself, unless they are yes and no. */
function kindOf(
  type: FieldDefinition['type'],
  choices: readonly string[] | undefined,
): Pick<FieldDefinition, 'type' | 'values'> {
  if (choices === undefined) return { type: type === 'list' ? 'text' : type, values: [] };
  const isYesNo = choices.every((choice) => fieldValue({ type: 'yesNo', values: [] }, choice) !== undefined);
  return isYesNo ? { type: 'yesNo', values: [] } : { type: 'list', values: [...choices] };
}
