/** @file Fields that answers are to be kept as, said when the questions are asked. Main process and CLI. */
import type { FieldDefinition } from '../../../schemas/answerField.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { fieldValue } from '../text/fieldValue.ts';

export interface AskedFields {
  /** By the place of the question. */
  readonly fields: readonly {
    readonly question: number;
    readonly name: string;
    readonly type: FieldDefinition['type'];
  }[];
  readonly questions: readonly string[];
  /** That answers are one of. */
  readonly choices?: readonly string[] | undefined;
}

/**
 * All of them or none, and before anything is asked: a field that cannot be is no reason to ask first and refuse then. A
 * field that is there keeps its type, and holds the question, too. @throws CatalogError FIELD_INVALID
 */
export function keepAsked(
  catalog: Pick<Catalog, 'connection' | 'fields'>,
  { fields, questions, choices }: AskedFields,
): void {
  catalog.connection.write(() => {
    for (const { question: place, name, type } of fields) {
      const question = questions[place];
      if (question === undefined) continue;
      catalog.fields.keep({ name, ...kindOf(type, choices), questions: [question] });
    }
  });
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
