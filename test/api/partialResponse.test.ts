/** @file Parts of what is served, and what has not changed: the same for the server and for the desktop application's scheme. */
import { describe, expect, it } from 'vitest';
import { bytesResponse, entityTag, isUnchanged, notModified } from '../../main/api/partialResponse.ts';

const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const tag = entityTag(bytes);
const type = { 'Content-Type': 'image/webp' };

const ask = async (headers: Record<string, string>) => {
  const answer = bytesResponse(bytes, tag, type, new Headers(headers));
  const body = [...new Uint8Array(await answer.arrayBuffer())];
  return { status: answer.status, body, range: answer.headers.get('content-range'), headers: answer.headers };
};

describe('a part of a picture', () => {
  it.each([
    ['bytes=0-3', [0, 1, 2, 3], 'bytes 0-3/10'],
    ['bytes=8-', [8, 9], 'bytes 8-9/10'],
    ['bytes=8-99', [8, 9], 'bytes 8-9/10'],
    ['bytes=-3', [7, 8, 9], 'bytes 7-9/10'],
    ['bytes=-99', [...bytes], 'bytes 0-9/10'],
  ])('is given for %s', async (range, body, contentRange) => {
    const answer = await ask({ Range: range });
    expect(answer).toMatchObject({ status: 206, body, range: contentRange });
    expect(answer.headers.get('content-length')).toBe(String(body.length));
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('is refused for %s, which is not there', async (range) => {
    expect(await ask({ Range: range })).toMatchObject({ status: 416, body: [], range: 'bytes */10' });
  });

  it.each(['bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'items=0-1', 'bytes=a-b', 'bytes=1e1-'])(
    'is the whole for %s',
    async (range) => {
      const answer = await ask({ Range: range });
      expect(answer).toMatchObject({ status: 200, body: [...bytes], range: null });
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
    },
  );

  it('is the whole where the picture is another by now', async () => {
    expect((await ask({ Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
    expect((await ask({ Range: 'bytes=0-1', 'If-Range': tag })).status).toBe(206);
  });
});

describe('what the browser has already', () => {
  it.each([tag, `W/${tag}`, `"other", ${tag}`, '*'])('is not sent again for %s', (known) => {
    expect(isUnchanged(new Headers({ 'If-None-Match': known }), tag)).toBe(true);
  });

  it('is sent where it is another, or nothing', () => {
    expect(isUnchanged(new Headers({ 'If-None-Match': '"other"' }), tag)).toBe(false);
    expect(isUnchanged(new Headers(), tag)).toBe(false);
    expect(entityTag(new Uint8Array([1]))).not.toBe(tag);
  });

  it('is answered without a body and without a type, but with what the cache needs', async () => {
    const answer = notModified(tag, { ...type, 'Cache-Control': 'no-cache' });
    expect([answer.status, answer.body, answer.headers.get('content-type')]).toEqual([304, null, null]);
    expect([answer.headers.get('etag'), answer.headers.get('cache-control')]).toEqual([tag, 'no-cache']);
  });
});
