/** @file English: fields, under whose names and types answers are kept. */
import type { FieldType } from '../../schemas/choices.ts';

const types: Readonly<Record<FieldType, string>> = {
  yesNo: 'Yes or no',
  number: 'Number',
  list: 'One of a list',
  text: 'Text',
};

const wanted: Readonly<Record<FieldType, string>> = {
  yesNo: 'Not yes or no',
  number: 'Not a number',
  list: 'Not in the list',
  text: 'Empty',
};

export const fields = {
  title: 'Fields',
  keep: 'Keep as field…',
  edit: 'Edit field…',
  keepTitle: 'Keep answers as a field',
  editTitle: 'Edit field',
  about:
    'A field gives answers a name and a type, so that you can search, show and export them. The answers themselves do not change.',
  which: 'Field',
  newField: 'New field',
  name: 'Name',
  nameExample: 'season',
  type: 'Type',
  listValues: 'Values, one per line',
  questions: 'Questions, one per line',
  questionsHint:
    'The field takes its values from the answers to these questions. Your own answers take precedence over a model’s.',
  keepAnswers: 'Keep answers as fields',
  keepAnswersHint: 'Lets you search, show and export photos by them. Where answers are restricted, so is the field.',
  nameOf: (question: string) => `Name for “${question}”`,
  remove: 'Remove field',
  editNamed: (name: string) => `Edit field ${name}`,
  removeNamed: (name: string) => `Remove field ${name}`,
  removed: (name: string) => `Field ${name} removed. Its answers are kept.`,
  fieldSaved: (name: string) => `Field ${name} saved.`,
  types,
  values: { yes: 'Yes', no: 'No' },
  none: '–',
  clear: 'Clear my answer',
  /** Beside an answer that is none of what the field holds. */
  unfit: wanted,
  /** As a value of a column: all of these. */
  unfitAny: 'Does not fit',
  unfitHint: 'Answers that do not fit the field’s type. They are kept as they are.',
  saved: (name: string) => `${name} saved.`,
  answered: (answer: string) => `Answer: ${answer}`,
};
