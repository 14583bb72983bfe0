/** @file Fields that answers are to be kept as, said when the questions are asked, and what answers they allow. Main process and CLI. */
import type { FieldDefinition } from '../../../schemas/answerField.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type FieldKind, fieldValue } from '../text/fieldValue.ts';

/** A question with what it is to be answered with, and kept as. */
export interface FieldQuestion {
  readonly question: string;
  /** That the answer is one of. */
  readonly choices?: readonly string[] | undefined;
  /** The answer is a tag. */
  readonly fromVocabulary?: object | undefined;
  /** Whatever the field says. */
  readonly isFree?: boolean | undefined;
  readonly field?: { readonly name: string; readonly type?: FieldDefinition['type'] | undefined } | undefined;
}

/**
 * What the model chooses between: what is said so, else what the field allows, the one that is there before one that is to
 * be. Undefined where any answer will do, or a tag.
 */
export function choicesOf(
  fields: Pick<Catalog['fields'], 'find'>,
  { choices, fromVocabulary, isFree = false, field }: FieldQuestion,
): readonly string[] | undefined {
  if (choices !== undefined) return choices;
  if (field === undefined || fromVocabulary !== undefined || isFree) return undefined;
  const { type, values }: FieldKind = fields.find(field.name) ?? { type: field.type ?? 'text', values: [] };
  if (type === 'yesNo') return ['yes', 'no'];
  return type === 'list' && values.length > 1 ? values : undefined;
}

/**
 * All of them or none, and before anything is asked: a field that cannot be is no reason to ask first and refuse then. A
 * field that is there keeps its type, and holds the question, too. @throws CatalogError FIELD_INVALID
 */
export function keepAsked(catalog: Pick<Catalog, 'connection' | 'fields'>, questions: readonly FieldQuestion[]): void {
  catalog.connection.write(() => {
    for (const { question, field, choices } of questions) {
      if (field === undefined) continue;
      catalog.fields.keep({ name: field.name, ...kindOf(field.type ?? 'text', choices), questions: [question] });
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
