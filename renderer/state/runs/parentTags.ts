/** @file The tag below which the answers to a question go: a few words of what is asked. A person changes it. Pure; renderer only. */
import type { AnswerTable } from '../../../preload/contract/answers.ts';

/** More are a sentence. */
const maxWords = 3;
const maxCharacters = 40;
/** They ask, and do not name what is asked about. */
const asking = new Set(
  `a an and any are at be been by can could describe did do does for from has have how in into is it its many me much
   of on or please say see seen shown some tell that the their there these they this those to was were what whats
   when where which who whom whose why will with would you image photo photograph picture`.split(/\s+/),
);
const askingChinese =
  /(?:[这那][张幅]?)?(?:照片|图片|图像)[里中上]?|有没有|是不是|是否|[是有在]?(?:什么样?的?|哪[个里些种]?|怎么样?|如何|为何|谁的?|多少|几[个只人张艘辆]?)|请问|^[是有在]|[吗呢了]$/gu;

/** Empty where a question names nothing, such as “what is it?”. */
export function shortName(question: string): string {
  const plain = question
    .normalize('NFC')
    .replaceAll(/['’]s\b/g, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}\s-]+/gu, ' ')
    .trim()
    .toLowerCase();
  const words = plain
    .replaceAll(askingChinese, ' ')
    .split(/\s+/)
    .filter((word) => word !== '' && !asking.has(word));
  const name = words.slice(0, maxWords).join(' ');
  return name.length > maxCharacters ? '' : name;
}

/** By the ids of the questions: each its own, but those of one field share the field's. A question alone needs none. */
export function parentTags(
  questions: readonly Pick<AnswerTable['questions'][number], 'id' | 'text' | 'field'>[],
): ReadonlyMap<number, string> {
  const parents = new Map<number, string>();
  if (questions.length < 2) return parents;
  const taken = new Set<string>();
  for (const { id, field } of questions) {
    if (field === null) continue;
    // A slash would make two levels of it.
    parents.set(id, field.name.replaceAll('/', ' '));
    taken.add(field.name.toLowerCase());
  }
  for (const { id, text, field } of questions) {
    if (field !== null) continue;
    const name = shortName(text);
    let own = name;
    for (let number = 2; name !== '' && taken.has(own); number += 1) own = `${name} ${number}`;
    taken.add(own);
    parents.set(id, own);
  }
  return parents;
}
