/** @file Lists as people type them: one a line, or with commas between. Pure; renderer only. */

/** Each once, empty ones left out. */
export function typedLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

export function typedList(text: string): string[] {
  const items = text.split(/[,，、;；\n]/).map((item) => item.replaceAll(/\s+/g, ' ').trim());
  return [...new Set(items.filter((item) => item !== ''))];
}
