/** @file Details of turning tokens into text, as the reference does them. */

const byteToken = /^<0x([0-9A-Fa-f]{2})>$/;

/** Whether a piece stands for one byte of a character that is not in the vocabulary (Llama's byte fallback). */
export function isByteToken(token: string): boolean {
  return byteToken.test(token);
}

/**
 * Where a run of byte tokens is not UTF-8 as a whole, the reference shows one U+FFFD for each of them; the library's
 * decoder would keep the valid part.
 */
export function replaceInvalidByteRuns(tokens: readonly string[]): string[] {
  const result: string[] = [];
  for (let start = 0; start < tokens.length; ) {
    let end = start;
    while (end < tokens.length && isByteToken(tokens[end] ?? '')) end += 1;
    if (end === start) end += 1;
    const run = tokens.slice(start, end);
    const isInvalid = isByteToken(run[0] ?? '') && !isUtf8(run);
    result.push(...(isInvalid ? run.map(() => '\uFFFD') : run));
    start = end;
  }
  return result;
}

function isUtf8(byteTokens: readonly string[]): boolean {
  const bytes = Uint8Array.from(byteTokens, (token) => Number.parseInt(token.slice(3, 5), 16));
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** `clean_up_tokenization` of transformers: English punctuation loses the space before it. */
export function cleanUpSpaces(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}

/**
 * The longest start of `text` that cleaning treats on its own, whatever follows: no replacement reaches across the end
 * of a word of two letters or more and into the space after it.
 */
export function cleanableStart(text: string): string {
  const lastWordEnd = /^.*[A-Za-z0-9]{2}(?= )/s.exec(text);
  return lastWordEnd?.[0] ?? '';
}
