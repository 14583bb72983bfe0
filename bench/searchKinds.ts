/** @file The kinds of queries that the search benchmark asks, each beside the SQL that a person would write for it. */
import type { SearchOrder } from '../main/library/catalog/search/orders.ts';
import { syntheticWord } from './syntheticCatalog.ts';

export interface SearchKind {
  readonly kind: string;
  readonly order: SearchOrder;
  /** The wordings, each with what the SQL is given in its place. */
  readonly queries: readonly (readonly [query: string, ...parameters: (string | number)[]])[];
  /** From FROM to WHERE; the order is `photo.taken_at_ms`, or what `sqlOrder` says. */
  readonly sql: string;
  readonly sqlOrder?: string;
}

const words = (ranks: readonly number[]) => ranks.map((rank) => syntheticWord(rank));
const here = 'photo.missing_since_ms IS NULL';
const matching = `FROM photo WHERE photo.id IN (SELECT rowid FROM photo_text WHERE photo_text MATCH ?) AND ${here}`;
const tagged = `FROM photo JOIN photo_tag ON photo_tag.photo_id = photo.id JOIN tag ON tag.id = tag_id
  WHERE tag.path_key = ? AND removed_run_id IS NULL AND ${here}`;
const column = (test: string) => `FROM photo WHERE ${test} AND ${here}`;
const tagPath = (id: number) => `${syntheticWord(id % 10)}/${syntheticWord(id)}`;

/** What is asked of the rival both where a question is named and where its field is. */
const shownAnswers = `FROM question JOIN answer ON answer.question_id = question.id JOIN photo ON photo.id = answer.photo_id
  WHERE question.text_key = ? AND answer.text_key = ? AND answer.shown = 1 AND ${here}`;

export const searchKinds: readonly SearchKind[] = [
  { kind: 'everything', order: 'taken', queries: [['']], sql: column('1') },
  {
    kind: 'an area of the map',
    order: 'taken',
    queries: [[`within:35,-10,60,30`]],
    sql: column('latitude BETWEEN 35 AND 60 AND longitude BETWEEN -10 AND 30'),
  },
  { kind: 'everything by name', order: 'name', queries: [['']], sql: column('1'), sqlOrder: 'photo.name_order' },
  {
    kind: 'everything by folder',
    order: 'folder',
    queries: [['']],
    sql: `FROM folder JOIN photo ON photo.folder_id = folder.id WHERE ${here}`,
    sqlOrder: 'folder.root_id, folder.path_key, photo.name_order',
  },
  {
    kind: 'a word in most captions',
    order: 'taken',
    queries: [...words([0, 1]), 'photo'].map((word) => [word, word]),
    sql: matching,
  },
  { kind: 'a common word', order: 'taken', queries: words([5, 10, 20]).map((word) => [word, word]), sql: matching },
  {
    kind: 'a common word by relevance',
    order: 'relevance',
    queries: words([5, 10, 20]).map((word) => [word, word]),
    sql: `FROM photo_text JOIN photo ON photo.id = photo_text.rowid WHERE photo_text MATCH ? AND ${here}`,
    sqlOrder: 'rank',
  },
  { kind: 'a rare word', order: 'taken', queries: words([900, 3000]).map((word) => [word, word]), sql: matching },
  {
    kind: 'two words',
    order: 'taken',
    queries: [[`${syntheticWord(3)} ${syntheticWord(7)}`, `${syntheticWord(3)} ${syntheticWord(7)}`]],
    sql: matching,
  },
  {
    kind: 'a word without another',
    order: 'taken',
    queries: [[`${syntheticWord(3)} -${syntheticWord(7)}`, `${syntheticWord(3)} NOT ${syntheticWord(7)}`]],
    sql: matching,
  },
  {
    kind: 'a phrase',
    order: 'taken',
    queries: [[`"a photo of ${syntheticWord(3)}"`, `"a photo of ${syntheticWord(3)}"`]],
    sql: matching,
  },
  {
    kind: 'the beginning of a word',
    order: 'taken',
    queries: [syntheticWord(300).slice(0, 3), syntheticWord(40).slice(0, 2)].map((start) => [
      `${start}*`,
      `"${start}"*`,
    ]),
    sql: matching,
  },
  {
    kind: 'a half-typed word',
    order: 'taken',
    queries: [40, 300, 900].map((rank) => syntheticWord(rank).slice(0, -1)).map((start) => [start, `"${start}"*`]),
    sql: matching,
  },
  {
    kind: 'a word as it is',
    order: 'taken',
    queries: words([5, 10, 20]).map((word) => [`"${word}"`, word]),
    sql: matching,
  },
  {
    kind: 'the middle of a word',
    order: 'taken',
    queries: ['kovu', 'drana'].map((part) => [`*${part}*`, `%${part}%`]),
    sql: `FROM caption JOIN photo ON photo.shown_caption_id = caption.id WHERE caption.text LIKE ? AND ${here}`,
  },
  {
    kind: 'tag:',
    order: 'taken',
    queries: [1, 40, 290].map((id) => [`tag:=${tagPath(id)}`, tagPath(id)]),
    sql: tagged,
  },
  {
    kind: 'folder:',
    order: 'taken',
    queries: ['2010', '2015'].map((year) => [`folder:photos/${year}`, `${year}/`, `${year}0`]),
    sql: `FROM folder JOIN photo ON photo.folder_id = folder.id WHERE path_key >= ? AND path_key < ? AND ${here}`,
  },
  {
    kind: 'name:',
    order: 'name',
    queries: ['12', '777'].map((digits) => [`name:IMG_${digits}*`, `img_${digits}*`]),
    sql: column('photo.name_folded GLOB ?'),
    sqlOrder: 'photo.name_order',
  },
  {
    kind: 'name: the middle',
    order: 'taken',
    queries: ['123', '77'].map((digits) => [`name:${digits}`, `*${digits}*`]),
    sql: column('photo.name_folded GLOB ?'),
  },
  {
    kind: 'taken:',
    order: 'taken',
    queries: [
      ['taken:2010', '2010', '2011'],
      ['taken:2023-05', '2023-05', '2023-06'],
      ['taken:2005-01..2008-06', '2005', '2008-07'],
    ],
    sql: column('photo.taken_local >= ? AND photo.taken_local < ?'),
  },
  {
    kind: 'answer:',
    order: 'taken',
    queries: [
      ['answer:"is it indoors?"=yes', 'is it indoors', 'yes'],
      ['answer:"how many people are there?"=3', 'how many people are there', '3'],
    ],
    sql: shownAnswers,
  },
  {
    kind: 'answer: by field',
    order: 'taken',
    queries: [
      ['answer:season=winter', 'which season is it', 'winter'],
      ['answer:indoors=no', 'is it indoors', 'no'],
    ],
    sql: shownAnswers,
  },
  {
    kind: 'answer: a number of a field',
    order: 'taken',
    queries: [
      ['answer:people>3', 'how many people are there', 3],
      ['answer:people>6', 'how many people are there', 6],
    ],
    sql: `FROM question JOIN answer ON answer.question_id = question.id JOIN photo ON photo.id = answer.photo_id
      WHERE question.text_key = ? AND CAST(answer.text_key AS INTEGER) > ? AND answer.shown = 1 AND ${here}`,
  },
  {
    kind: 'itm:',
    order: 'taken',
    queries: [
      ['itm:<0.5', 0.5],
      ['itm:<0.01', 0.01],
    ],
    sql: column('photo.shown_itm < ?'),
  },
  { kind: 'captioned:no', order: 'taken', queries: [['captioned:no']], sql: column('photo.shown_caption_id IS NULL') },
  { kind: 'source:', order: 'taken', queries: [['source:human', 'human']], sql: column('photo.shown_source = ?') },
  {
    kind: 'stale:yes, of which there are none',
    order: 'taken',
    queries: [['stale:yes']],
    sql: column('photo.shown_revision < photo.revision'),
  },
  {
    kind: 'numbers',
    order: 'taken',
    queries: [
      ['iso:>6400', 6400],
      ['iso:>100000', 100_000],
    ],
    sql: column('photo.iso > ?'),
  },
  {
    kind: 'size:, the largest first',
    order: 'size',
    queries: [['size:>5MB', 5e6]],
    sql: column('photo.size_bytes > ?'),
    sqlOrder: 'photo.size_bytes DESC',
  },
  {
    kind: 'format: and camera:',
    order: 'taken',
    queries: [['format:heic camera:"camera 7"', 'heic', 'Camera 7']],
    sql: column('photo.format = ? AND photo.camera_model = ?'),
  },
  {
    kind: 'near:',
    order: 'taken',
    queries: [['near:48.85,2.35,300km', 46.2, 51.5, -1.8, 6.5]],
    sql: column('photo.latitude BETWEEN ? AND ? AND photo.longitude BETWEEN ? AND ?'),
  },
  {
    kind: 'a word, a tag and a year',
    order: 'taken',
    queries: [[`${syntheticWord(2)} tag:=${tagPath(3)} taken:2010`, syntheticWord(2), tagPath(3), '2010', '2011']],
    sql: `${matching} AND photo.id IN (
        SELECT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id WHERE tag.path_key = ? AND removed_run_id IS NULL)
      AND photo.taken_local >= ? AND photo.taken_local < ?`,
  },
  {
    kind: 'a word or a tag, in a year',
    order: 'taken',
    queries: [[`(${syntheticWord(2)} OR tag:=${tagPath(3)}) taken:2010`, syntheticWord(2), tagPath(3), '2010', '2011']],
    sql: `FROM photo WHERE (photo.id IN (SELECT rowid FROM photo_text WHERE photo_text MATCH ?) OR photo.id IN (
        SELECT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id WHERE tag.path_key = ? AND removed_run_id IS NULL))
      AND photo.taken_local >= ? AND photo.taken_local < ? AND ${here}`,
  },
];
