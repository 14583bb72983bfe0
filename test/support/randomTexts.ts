/** @file Random texts in many scripts, the same in every run: what tokenizers are compared with the reference on. */
import { sequenceRandom } from '../../native-models/generation/random.ts';

/** First and last character of blocks that one text is mixed of. */
const scripts: readonly (readonly (readonly [number, number])[])[] = [
  [[0x61, 0x7a]],
  [[0x20, 0x7e]],
  [[0x41, 0x5a]],
  [[0xc0, 0x24f]],
  [[0x1e00, 0x1eff]],
  [[0x386, 0x3ff]],
  [[0x1f00, 0x1fff]],
  [[0x400, 0x52f]],
  [[0x531, 0x58a]],
  [[0x591, 0x5f4]],
  [[0x600, 0x6ff]],
  [[0x8a0, 0x8ff]],
  [[0x900, 0x97f]],
  [[0x980, 0xdff]],
  [[0xe01, 0xe5b]],
  [[0xe80, 0xfff]],
  [[0x1000, 0x109f]],
  [[0x10a0, 0x11ff]],
  [[0x1780, 0x18af]],
  [[0x3041, 0x30ff]],
  [[0x4e00, 0x9fff]],
  [[0xac00, 0xd7a3]],
  [
    [0x3400, 0x4dbf],
    [0x20000, 0x2fa1f],
  ],
  [
    [0xf900, 0xfaff],
    [0x3000, 0x303f],
    [0x3200, 0x33ff],
  ],
  [[0xff00, 0xffef]],
  [
    [0xfb00, 0xfb4f],
    [0x2100, 0x218f],
  ],
  [
    [0xfb50, 0xfdff],
    [0xfe70, 0xfeff],
  ],
  [
    [0x2000, 0x206f],
    [0x80, 0xbf],
  ],
  [
    [0x2190, 0x2bff],
    [0x2e00, 0x2e7f],
  ],
  [
    [0x1f300, 0x1faff],
    [0x2600, 0x27bf],
  ],
  [[0x1d400, 0x1d7ff]],
  [[0xa640, 0xabff]],
  [
    [0x10000, 0x10fff],
    [0x11000, 0x11fff],
  ],
  [[0, 0x1f]],
  [
    [0xa0, 0x2ffff],
    [0xe0000, 0xe01ef],
  ],
];

const marks: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x1ab0, 0x1aff],
  [0x20d0, 0x20f0],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0x3099, 0x309a],
];

const spaces = [' ', ' ', ' ', '  ', '\n', '\t', '\r\n', '\u00a0', '\u3000', '\u2003', '\u200b', '\u2028', '\u0085'];

const oddities = [
  ...['\u200d', '\u200c', '\u200e', '\u202e', '\ufeff', '\ufffd', '\u00ad', '\0', '\u001b', '\u007f', '\u2581', '▁▁'],
  ...['👩‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇩🇪', '🇫🇷🇯', '1️⃣', 'ﬁ', 'ﬃ', '①', '㍿', '㋿', 'Å', 'ẛ̣', 'ﷺ', '½', 'Ⅷ', '～', '…', '™'],
  ...[
    "'s",
    "n't",
    "'ll",
    ' .',
    '?!',
    '...',
    '--',
    '3:30',
    '1,000.5',
    '#1',
    '@a',
    'ΑΣ',
    'ὈΔΥΣΣΕΎΣ',
    'İstanbul',
    'ǅ',
    'ß',
    'ſ',
  ],
  ...['</s>', '<s>', '<pad>', '<unk>', '[SEP]', '[CLS]', '[MASK]', '[UNK]', '<image>', '<0x41>', '<extra_id_0>', '##s'],
  ...['e\u0301', 'ﬁ\u0301', 'か\u3099', '각', '\u1112\u1161\u11ab', 'क्षि', 'กำ', 'a\u0316\u0301', 'a\u0301\u0316'],
];

const words = [
  ...[
    'a',
    'the',
    'photo',
    'of',
    'car',
    'red',
    'Question:',
    'Answer:',
    'how',
    'many',
    'cats',
    'what',
    'color',
    'is',
    'sky',
  ],
  ...['Café', 'déjà-vu', 'naïve', 'describe', 'image', 'in', 'detail.', 'there?', 'square', 'circle', 'blue', 'left'],
];

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function character(random: Random, blocks: readonly (readonly [number, number])[]): string {
  const [first, last] = pick(random, blocks);
  const code = first + Math.floor(random() * (last - first + 1));
  // halves of a character are no text
  return code >= 0xd800 && code < 0xe000 ? '?' : String.fromCodePoint(code);
}

/** A few parts: words, runs of one script, marks, spaces and whatever is special to some tokenizer. */
function randomText(random: Random): string {
  const parts = 1 + Math.floor(random() * 6);
  let text = '';
  for (let i = 0; i < parts; i += 1) {
    const kind = random();
    if (kind < 0.3) text += pick(random, words);
    else if (kind < 0.4) text += pick(random, oddities);
    else {
      const script = pick(random, scripts);
      const length = 1 + Math.floor(random() * 5);
      for (let j = 0; j < length; j += 1) {
        text += character(random, script);
        if (random() < 0.06) text += character(random, marks);
      }
    }
    if (random() < 0.6) text += pick(random, spaces);
  }
  return text;
}

/** Well-formed texts; the first ones are empty, of spaces alone, or of very long words. */
export function randomTexts(count: number): string[] {
  const random = sequenceRandom(20, 0);
  const first = [
    ...['', ' ', '  ', '\n', '\t', ' \n ', '\u00a0', '\u200b', '\u3000', '▁', ' a', 'a ', ' a  b ', '\ta', 'a\n\nb'],
    ...['x'.repeat(100), 'x'.repeat(101), 'é'.repeat(120), '天'.repeat(150), 'ab'.repeat(400), '👍'.repeat(101)],
    ...[`${'car'.repeat(60)} ${'1'.repeat(300)}`, ' '.repeat(200), '\n'.repeat(100), `a${'\u0301'.repeat(60)}`],
  ];
  return [...first, ...Array.from({ length: count - first.length }, () => randomText(random))];
}
