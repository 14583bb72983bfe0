/**
 * @file What to say of an alt text: that it is long, tells a screen reader that there is an image, which it says by itself, or
 * is a file name; and the HTML that it stands in. Pure; any process.
 */

/** As advised: screen readers read an alt text without a pause. */
export const maxAltTextLength = 250;

export type AltTextWarning = 'tooLong' | 'beginsWithImage' | 'isFileName';

/** As a person counts: an emoji or a rare ideograph is one. */
export function characterCount(text: string): number {
  return [...text].length;
}

const beginsWithImage =
  /^(?:(?:an?|the|this is an?)\s+)?(?:image|picture|photo|photograph|graphic)\s+(?:of|showing|shows)\b|^(?:这是)?(?:这?一?[张幅]|此)?(?:图片|图像|照片|相片|图中|照片中)|^(?:这是)?一[张幅][^，。]*的(?:图片|图像|照片|相片)[。.]?$/iu;

/** @param fileName of the photo, with its extension */
export function altTextWarnings(text: string, fileName: string): AltTextWarning[] {
  const trimmed = text.trim();
  const caseless = trimmed.toLowerCase();
  const name = fileName.toLowerCase();
  return [
    ...(characterCount(trimmed) > maxAltTextLength ? (['tooLong'] as const) : []),
    ...(beginsWithImage.test(trimmed) ? (['beginsWithImage'] as const) : []),
    ...(caseless !== '' && (caseless === name || caseless === name.replace(/\.[^.]+$/, ''))
      ? (['isFileName'] as const)
      : []),
  ];
}

/** The element that shows the photo beside a page, with an alt text that is not empty: an empty one says that it is decoration. */
export function imageElement(fileName: string, altText: string): string {
  return `<img src="${attribute(encodeURIComponent(fileName))}" alt="${attribute(altText.trim())}">`;
}

function attribute(text: string): string {
  const escapes = new Map([
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
  ]);
  return text.replace(/\s+/gu, ' ').replace(/[&<>"]/g, (character) => escapes.get(character) ?? character);
}
