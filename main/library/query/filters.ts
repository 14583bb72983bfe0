/** @file One field with its value, `tag:beach`, as a filter. Every complaint points at what is wrong. Pure. */
import { maxSimilarTo } from '../../../schemas/similarTo.ts';
import type { AnswerTest, Filter, LabelTest, NamedPhoto, Span } from './ast.ts';
import { bareWord, comparisonOf, cutAt, cutAtComparison, listedParts, patternOf, spanOf, textOf } from './chars.ts';
import { dateRange } from './dates.ts';
import {
  type ChoiceField,
  type FieldName,
  type FlagField,
  fieldNames,
  fields,
  isFieldName,
  isOfKind,
  isPresenceField,
  unitOf,
} from './fields.ts';
import { numberAt, numberTest } from './numbers.ts';
import { QueryError } from './queryError.ts';
import { nearestOf } from './spelling.ts';
import type { Char, Token } from './tokens.ts';

type FieldToken = Extract<Token, { kind: 'field' }>;

/** Other programs' names for the fields: not accepted, so that there is one way to write a query, but understood. */
const otherNames: ReadonlyMap<string, FieldName> = new Map([
  ['date', 'taken'],
  ['keywords', 'keyword'],
  ['subject', 'keyword'],
  ['people', 'person'],
  ['face', 'person'],
  ['headline', 'title'],
  ['color', 'label'],
  ['colour', 'label'],
  ['file', 'name'],
  ['filename', 'name'],
  ['path', 'folder'],
  ['in', 'folder'],
  ['description', 'caption'],
  ['question', 'answer'],
  ['type', 'format'],
  ['location', 'place'],
  ['city', 'place'],
  ['country', 'place'],
  ['score', 'itm'],
  ['stars', 'rating'],
  ['like', 'similar'],
  ['related', 'similar'],
]);

/** @throws QueryError */
export function filterOf(token: FieldToken): Filter {
  const { chars, span } = token;
  const name = fieldCalled(token);
  if (chars.length === 0) {
    const end = { offset: span.offset + span.length, length: 0 };
    throw new QueryError({ code: 'valueMissing', params: { field: name, example: fields[name].example } }, end);
  }
  return presence(name, chars, span) ?? filterOfKind(name, chars, span);
}

function fieldCalled({ name, nameSpan }: FieldToken): FieldName {
  const lowerCase = name.toLowerCase();
  if (isFieldName(lowerCase)) return lowerCase;
  const meant = otherNames.get(lowerCase) ?? nearestOf(lowerCase, fieldNames);
  const span = { offset: nameSpan.offset, length: nameSpan.length + 1 };
  if (meant === undefined) {
    throw new QueryError({ code: 'noField', params: { field: name } }, span);
  }
  throw new QueryError({ code: 'otherField', params: { field: name, meant } }, span, `${meant}:`);
}

function presence(field: FieldName, chars: readonly Char[], span: Span): Filter | null {
  if (!isPresenceField(field)) return null;
  const word = bareWord(chars);
  if (word === 'none') return { kind: 'presence', field, present: false, span };
  return word === 'any' || word === '*' ? { kind: 'presence', field, present: true, span } : null;
}

function filterOfKind(field: FieldName, chars: readonly Char[], span: Span): Filter {
  const { example } = fields[field];
  if (isOfKind(field, 'flag')) return { kind: 'flag', field, value: yesOrNo(field, chars, span), span };
  if (isOfKind(field, 'choice')) return { kind: 'choice', field, value: choiceOf(field, chars, span), span };
  if (isOfKind(field, 'date')) return { kind: 'date', field, range: dateRange(chars, span), span };
  if (isOfKind(field, 'number')) {
    return { kind: 'number', field, test: numberTest(chars, unitOf(field), span, example), span };
  }
  if (isOfKind(field, 'path')) return { kind: 'path', field, ...labelTest(field, chars, span), span };
  if (isOfKind(field, 'label')) return { kind: 'label', field, ...labelTest(field, chars, span), span };
  if (isOfKind(field, 'answer')) return answerFilter(chars, span);
  if (isOfKind(field, 'near')) return nearFilter(chars, span);
  if (isOfKind(field, 'within')) return withinFilter(chars, span);
  if (isOfKind(field, 'photos')) return similarFilter(chars, span);
  return { kind: 'words', place: field, pattern: patternOf(chars), exact: isQuoted(chars), span };
}

/** An escape makes marks literal; only quotation marks do that to letters and digits. */
function isQuoted(chars: readonly Char[]): boolean {
  return chars.some(({ literal, character }) => literal && /^[\p{L}\p{N}]$/u.test(character));
}

function yesOrNo(field: FlagField, chars: readonly Char[], span: Span): boolean {
  const text = textOf(chars).toLowerCase();
  if (text === 'yes' || text === 'true') return true;
  if (text === 'no' || text === 'false') return false;
  throw noChoice(field, ['yes', 'no'], text, spanOf(chars, span));
}

function choiceOf(field: ChoiceField, chars: readonly Char[], span: Span): string {
  const choices: readonly string[] = fields[field].choices;
  const text = textOf(chars).toLowerCase();
  if (choices.includes(text)) return text;
  throw noChoice(field, choices, text, spanOf(chars, span));
}

function noChoice(field: FieldName, choices: readonly string[], text: string, span: Span): QueryError {
  return new QueryError({ code: 'noChoice', params: { field, choices } }, span, nearestOf(text, choices) ?? null);
}

function labelTest(field: FieldName, chars: readonly Char[], span: Span): LabelTest {
  const [comparison, rest] = comparisonOf(chars);
  const whole = comparison === '=';
  const pattern = patternOf(whole ? rest : chars);
  if (pattern.length === 0) {
    throw new QueryError(
      { code: 'valueMissing', params: { field, example: fields[field].example } },
      spanOf(chars, span),
    );
  }
  return { pattern, whole };
}

function answerFilter(chars: readonly Char[], span: Span): Filter {
  const [question, compared] = cutAtComparison(chars);
  if (question.length === 0) {
    throw new QueryError({ code: 'questionMissing', params: null }, spanOf(chars, span));
  }
  return {
    kind: 'answer',
    question: patternOf(question),
    test: compared.length === 0 ? null : answerTest(compared, span),
    span,
  };
}

/** @param chars with the sign before them */
function answerTest(chars: readonly Char[], span: Span): AnswerTest {
  const [comparison, answer] = comparisonOf(chars);
  if (answer.length === 0) {
    const end = { offset: span.offset + span.length, length: 0 };
    throw new QueryError({ code: 'answerMissing', params: { example: fields.answer.example } }, end);
  }
  if (comparison === null || comparison === '=') return { kind: 'text', pattern: patternOf(answer) };
  const number = numberAt(answer, null, spanOf(answer, span), 'answer:people>3');
  const side = comparison.startsWith('>') ? '>' : '<';
  return { kind: 'bound', side, bound: { number, included: comparison.endsWith('=') } };
}

/** Photos are placed to a centimetre at best. */
const degreeDecimals = 7;

function nearFilter(chars: readonly Char[], span: Span): Filter {
  const { example } = fields.near;
  const [first, afterFirst] = cutAt(chars, ',') ?? [chars, null];
  const [second, third] = (afterFirst === null ? null : cutAt(afterFirst, ',')) ?? [null, null];
  if (second === null || third === null) {
    throw new QueryError({ code: 'notAPlace', params: { example } }, spanOf(chars, span));
  }
  const latitude = latitudeAt(first, span, example);
  const longitude = longitudeAt(second, span, example);
  const radiusMetres = Math.round(numberAt(third, 'metres', spanOf(third, span), example).value);
  if (radiusMetres < 1) {
    throw new QueryError({ code: 'distanceTooSmall', params: null }, spanOf(third, span));
  }
  return { kind: 'near', latitude, longitude, radiusMetres, span };
}

/** The 180th meridian may lie in it: its west is then greater than its east. */
function withinFilter(chars: readonly Char[], span: Span): Filter {
  const { example } = fields.within;
  const parts = listedParts(chars);
  const [first, second, third, fourth] = parts;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined || parts.length > 4) {
    throw new QueryError({ code: 'notAnArea', params: { example } }, spanOf(chars, span));
  }
  const south = latitudeAt(first, span, example);
  const west = longitudeAt(second, span, example);
  const north = latitudeAt(third, span, example);
  const east = longitudeAt(fourth, span, example);
  if (south > north) throw new QueryError({ code: 'notAnArea', params: { example } }, spanOf(chars, span));
  return { kind: 'within', south, west, north, east, span };
}

/** Commas at the end, or twice the same photo, say no more. */
function similarFilter(chars: readonly Char[], span: Span): Filter {
  const photos = new Map<string, NamedPhoto>();
  for (const part of listedParts(chars).filter(({ length }) => length > 0)) {
    const text = textOf(part);
    const isNumber = bareWord(part) !== null && /^[1-9]\d{0,14}$/.test(text);
    const place = spanOf(part, span);
    const key = isNumber ? text : `name ${text}`;
    if (!photos.has(key)) photos.set(key, { ...(isNumber ? { photoId: Number(text) } : { name: text }), span: place });
  }
  if (photos.size === 0) {
    const params = { field: 'similar', example: fields.similar.example };
    throw new QueryError({ code: 'valueMissing', params }, spanOf(chars, span));
  }
  const excess = [...photos.values()][maxSimilarTo];
  if (excess !== undefined)
    throw new QueryError({ code: 'tooManyPhotos', params: { limit: maxSimilarTo } }, excess.span);
  return { kind: 'similar', photos: [...photos.values()], found: null, span };
}

function latitudeAt(part: readonly Char[], span: Span, example: string): number {
  return degreesAt(part, span, { limit: 90, code: 'latitudeOut', example });
}

function longitudeAt(part: readonly Char[], span: Span, example: string): number {
  return degreesAt(part, span, { limit: 180, code: 'longitudeOut', example });
}

function degreesAt(
  part: readonly Char[],
  span: Span,
  {
    limit,
    code,
    example,
  }: { readonly limit: number; readonly code: 'latitudeOut' | 'longitudeOut'; readonly example: string },
): number {
  const { value } = numberAt(part, null, spanOf(part, span), example);
  if (Math.abs(value) > limit) throw new QueryError({ code, params: { limit } }, spanOf(part, span));
  return Number(value.toFixed(degreeDecimals));
}
