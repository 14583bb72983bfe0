/**
 * @file The filter `answer:` as SQL: of fields, whose answers are compared as their type has them, and of questions. There are
 * few different answers to a question: they are read from the index and compared here, and SQL gets to see their keys.
 */
import type { AnswerTest, Filter, Pattern } from '../../query/ast.ts';
import { isNumberIn, textNumber } from '../../query/numbers.ts';
import { globOf, hasWildcards, labelMatcher, literalOf } from '../../query/patternMatch.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import { numberSaid } from '../../text/numberWords.ts';
import { caselessKey } from '../../text/textKeys.ts';
import type { CatalogConnection } from '../connection.ts';
import { type AnswerField, answerFields } from '../texts/answerFields.ts';
import { answerKey, type Question } from '../texts/answers.ts';
import { isFieldAnswer } from '../texts/fieldAnswers.ts';
import { questionKey } from '../texts/questionKey.ts';
import { allOf, anyOf, type Condition, condition, isAmong, isOneOfTexts } from './condition.ts';

type AnswerFilter = Extract<Filter, { kind: 'answer' }>;

/** The questions that are meant, and the field whose type their answers have. */
interface Meant {
  readonly field: AnswerField | undefined;
  readonly questionIds: readonly number[];
}

export function answerCondition(connection: CatalogConnection, { question, test }: AnswerFilter): Condition {
  const selects = meantBy(connection, question)
    .filter(({ questionIds }) => questionIds.length > 0)
    .map((meant) => answersOf(connection, meant, test));
  const sql = selects.length === 0 ? 'SELECT 0 WHERE 0' : selects.map((select) => select.sql).join(' UNION ALL ');
  return isAmong(sql, ...selects.flatMap(({ parameters }) => parameters));
}

/** A field of that very name; otherwise fields and questions that are called so. */
function meantBy(connection: CatalogConnection, asked: Pattern): Meant[] {
  const fields = answerFields(connection);
  const isCalled = labelMatcher({ pattern: asked, whole: true });
  const named = fields.filter(({ name }) => isCalled(name));
  const ofFields = named.map((field) => ({ field, questionIds: field.questions.map(({ id }) => id) }));
  if (named.length > 0 && !hasWildcards(asked)) return ofFields;
  const isAsked = labelMatcher({ pattern: questionPattern(asked), whole: true });
  const held = new Set(ofFields.flatMap(({ questionIds }) => questionIds));
  const questions = connection
    .prepare<[], Question>('SELECT id, text_key AS text FROM question')
    .all()
    .filter(({ id, text }) => isAsked(text) && !held.has(id))
    .map(({ id }) => ({ id, field: fields.find((field) => field.questions.some((one) => one.id === id)) }));
  return [
    ...ofFields,
    ...[...Map.groupBy(questions, ({ field }) => field)].map(([field, group]) => ({
      field,
      questionIds: group.map(({ id }) => id),
    })),
  ];
}

/** A question is the same with its question mark and without, also where that was typed like a wildcard. */
function questionPattern(pattern: Pattern): Pattern {
  const last = pattern.at(-1);
  if (last?.kind === 'one') return questionPattern(pattern.slice(0, -1));
  if (last?.kind !== 'literal') return pattern;
  const text = hasWildcards(pattern) ? last.text.replace(/\s*[?？]+$/u, '') : questionKey(last.text);
  return [...pattern.slice(0, -1), { kind: 'literal', text }];
}

function answersOf(connection: CatalogConnection, meant: Meant, test: AnswerTest | null): Condition {
  const { field, questionIds } = meant;
  const isAnswer = isFieldAnswer(field, questionIds);
  const whole = test === null ? isAnswer : allOf([isAnswer, testCondition(connection, meant, test)]);
  return condition(`SELECT given.photo_id FROM answer AS given WHERE ${whole.sql}`, ...whole.parameters);
}

function testCondition(connection: CatalogConnection, { field, questionIds }: Meant, test: AnswerTest): Condition {
  if (test.kind === 'bound') {
    const { side, bound } = test;
    const range = {
      kind: 'range',
      minimum: side === '>' ? bound : null,
      maximum: side === '<' ? bound : null,
    } as const;
    const passes = (key: string) => isNumberIn(range, numberSaid(key));
    return isOneOfTexts('given.text_key', answerKeysOf(connection, questionIds).filter(passes));
  }
  const asWritten = writtenCondition(test.pattern);
  if (field === undefined || field.type === 'text') return asWritten;
  const isMeant = valueMatcher(field, test.pattern);
  const passes = (key: string) => {
    const value = fieldValue(field, key);
    return value !== undefined && isMeant(value);
  };
  return anyOf([asWritten, isOneOfTexts('given.text_key', answerKeysOf(connection, questionIds).filter(passes))]);
}

/** Whether a value of the field is one that is asked for; numbers are compared as numbers, and may be a range. */
function valueMatcher(field: AnswerField, pattern: Pattern): (value: string) => boolean {
  if (hasWildcards(pattern)) return labelMatcher({ pattern, whole: true });
  const text = literalOf(pattern);
  const number = field.type === 'number' ? textNumber(text) : null;
  if (number !== null) return (value) => isNumberIn(number, Number(value));
  const wanted = fieldValue(field, text);
  return (value) => value === wanted;
}

function writtenCondition(answer: Pattern): Condition {
  return hasWildcards(answer)
    ? condition('given.text_key GLOB ?', globOf(answer, caselessKey))
    : condition('given.text_key = ?', answerKey(literalOf(answer)));
}

/** Of the answers to the questions that are shown, each once. */
export function answerKeysOf(connection: CatalogConnection, questionIds: readonly number[]): string[] {
  const keys = connection
    .prepare<[number], string>(
      'SELECT DISTINCT text_key FROM answer INDEXED BY answer_text WHERE question_id = ? AND shown = 1',
    )
    .pluck();
  return [...new Set(questionIds.flatMap((id) => keys.all(id)))];
}
