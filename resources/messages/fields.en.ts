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
  about: 'A field gives answers a name and a type, to find, show and export them by. Answers are not changed.',
  which: 'Field',
  newField: 'New field',
  name: 'Name',
  nameExample: 'season',
  type: 'Type',
  listValues: 'Values, one per line',
  questions: 'Questions, one per line',
  questionsHint: 'Their answers are the field’s. Your own answers go before a model’s.',
  keepAnswers: 'Keep answers as fields',
  keepAnswersHint: 'To find, show and export photos by them. With a list of answers, a field is one of that list.',
  nameOf: (question: string) => `Name for “${question}”`,
  typeOf: (question: string) => `Type of “${question}”`,
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
  unfitHint: 'Answers that are not of the field’s type. They stay as they are.',
  saved: (name: string) => `${name} saved.`,
  answered: (answer: string) => `Answer: ${answer}`,
};
