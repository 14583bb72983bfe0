/** @file The tags that an answer suggests: its things, one by one. A person changes them before they are given. Pure; renderer only. */

const most = 20;
/** Longer pieces are sentences. */
const maxLength = 40;
const maxWords = 4;
const emptyWords = /^(?:(?:a|an|the|some|it is|it's|there is|there are|this is|these are|one|two|three|several)\s+)+/i;
const noTag = /^(?:yes|no|unknown|none|nothing|maybe|i don't know|是|否|不是|没有|不知道)$/i;

function tidy(piece: string): string {
  return (
    piece
      .normalize('NFC')
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/^[-*•\d.)\s]+(?=\D)/u, '')
      .replace(emptyWords, '')
      .replaceAll(/^["'“”‘’(]+|["'“”‘’).!?。！？]+$/gu, '')
      // A slash would make a tree of it.
      .replaceAll('/', ' ')
      .trim()
      .toLowerCase()
  );
}

function isTag(text: string): boolean {
  return text.length > 0 && text.length <= maxLength && text.split(' ').length <= maxWords && !noTag.test(text);
}

export function answerTags(answer: string): string[] {
  const pieces = answer
    .slice(0, 10_000)
    .split(/[,;\n、，；]|\.\s|\s(?:and|or|with)\s/u)
    .map(tidy)
    .filter(isTag);
  return [...new Set(pieces)].slice(0, most);
}

/** The text of a field for tags, with commas between them. */
export function tagsOfField(text: string): string[] {
  const tags = text.split(/[,，、\n]/).map((piece) => piece.replaceAll(/\s+/g, ' ').trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
