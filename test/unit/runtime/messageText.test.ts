import { describe, expect, it } from 'vitest';
import { messageFromText, messageToText } from '../../../native-models/runtime/messageText.ts';

const there = (message: unknown) => messageFromText(messageToText(message));

describe('messages as text', () => {
  it('keep bytes, wherever they lie, as the bytes that they show', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const part = bytes.subarray(3, 9);
    const message = { id: 1, list: [{ part }, Buffer.from(part)], none: new Uint8Array() };
    expect(there(message)).toStrictEqual({
      id: 1,
      list: [{ part: part.slice() }, part.slice()],
      none: new Uint8Array(),
    });
    expect(there(bytes)).toStrictEqual(bytes);
  });

  it('keep text of any script and file names that are no text, and null apart from what is missing', () => {
    const message = { file: '/photos/\ud800 Ü 照片\u0000\u2028.jpg', caption: null, number: -0.5 };
    expect(there(message)).toStrictEqual(message);
  });

  it('have nothing to say where they are damaged', () => {
    for (const text of ['', '{', undefined, 5, {}]) expect(messageFromText(text)).toBeUndefined();
    expect(messageFromText('{"a":{"bytes:base64":5}}')).toEqual({ a: { 'bytes:base64': 5 } });
  });
});
