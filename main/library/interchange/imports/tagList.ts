/** @file Lists of tags with commas between them, as TagGUI and kohya's scripts write them. Pure. */
import type { ImportedTag } from './importRecord.ts';

/** Each once. Brackets that a backslash keeps from being a weight, as in `saber \(fate\)`, lose it. */
export function listedTags(text: string): ImportedTag[] {
  const paths = text
    .split(/[,\n\r]/)
    .map((tag) => tag.replaceAll(/\\([()[\]])/g, '$1').trim())
    .filter((tag) => tag !== '');
  return [...new Set(paths)].map((path) => ({ path, source: 'import' }));
}

/** Longer ones are clauses. */
const maxTagWords = 4;

/** Whether most of the texts look like tags rather than prose: short, with commas between them, no sentence. */
export function lookLikeTags(texts: readonly string[]): boolean {
  const lists = texts.filter((text) => {
    const parts = text.split(',').map((part) => part.trim());
    return !/[.!?。]\s*$/.test(text) && parts.every((part) => part.split(/\s+/).length <= maxTagWords);
  });
  return lists.length * 2 > texts.length;
}
