/** @file What the filter bar suggests while a query is typed. */
import { describe, expect, it } from 'vitest';
import { completeQuery, type ValuesRequest } from '../../../main/library/query/completeQuery.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';

/** The cursor is at the bar. */
async function complete(typed: string, values: readonly string[] = []) {
  const cursor = typed.indexOf('|');
  const requests: ValuesRequest[] = [];
  const { span, items } = await completeQuery(typed.replace('|', ''), cursor, async (request) => {
    requests.push(request);
    return values;
  });
  return {
    replaced: typed.slice(span.offset, span.offset + span.length),
    texts: items.map(({ text }) => text),
    requests,
  };
}

describe('A query that is being typed', () => {
  it('is offered the fields that begin with the word at the cursor', async () => {
    expect(await complete('dog ta|')).toMatchObject({ replaced: 'ta', texts: ['tag:', 'taken:', 'tagged:'] });
    expect((await complete('dog ta| cat')).replaced).toBe('ta');
    expect((await complete('dog |')).texts).toContain('folder:');
    expect((await complete('-ta|')).replaced).toBe('ta');
    expect((await complete('(ta|')).replaced).toBe('ta');
  });

  it('is offered nothing where the word is no field', async () => {
    expect((await complete('dog|')).texts).toEqual([]);
    expect((await complete('xyz:a|')).texts).toEqual([]);
  });

  it('is offered the values of the catalog, quoted where they have to be', async () => {
    const { replaced, texts, requests } = await complete('-tag:"ne|', ['new york', 'next', 'none']);
    expect(replaced).toBe('tag:"ne');
    expect(texts).toEqual(['tag:"new york"', 'tag:next', 'tag:"none"']);
    expect(requests).toEqual([{ kind: 'label', field: 'tag', typed: 'ne' }]);
    expect(texts.map((text) => parseQuery(text).kind)).toEqual(['path', 'path', 'path']);
  });

  it('is offered values also where a backslash in quotation marks waits for its character', async () => {
    const { texts, requests } = await complete('tag:"x\\|', ['x\\b']);
    expect(requests).toEqual([{ kind: 'label', field: 'tag', typed: 'x' }]);
    expect(texts).toEqual(['tag:"x\\\\b"']);
    const after = await complete('tag:"x\\\\|', ['x\\b']);
    expect(after.requests).toEqual([{ kind: 'label', field: 'tag', typed: 'x\\' }]);
  });

  it('keeps an equals sign', async () => {
    expect((await complete('tag:=be|', ['beach'])).texts).toEqual(['tag:=beach']);
  });

  it('is offered the names of photos, one after the other', async () => {
    const { replaced, texts, requests } = await complete('similar:12,"b c.jpg",IM|', ['IMG_1.jpg', 'im,2.jpg', '7']);
    expect(replaced).toBe('similar:12,"b c.jpg",IM');
    expect(texts).toEqual(['IMG_1.jpg', '"im,2.jpg"', '"7"'].map((name) => `similar:12,"b c.jpg",${name}`));
    expect(requests).toEqual([{ kind: 'label', field: 'name', typed: 'IM' }]);
    expect((await complete('similar:12,|', ['a.jpg'])).texts).toEqual([]);
  });

  it('is offered fixed values', async () => {
    expect((await complete('captioned:|')).texts).toEqual(['captioned:yes', 'captioned:no']);
    expect((await complete('source:h|')).texts).toEqual(['source:human']);
    expect((await complete('taken:t|')).texts).toEqual(['taken:today']);
    expect((await complete('iso:n|')).texts).toEqual(['iso:none']);
  });

  it('is offered questions, and answers to them', async () => {
    expect((await complete('answer:"is it|', ['is it indoors?'])).texts).toEqual(['answer:"is it indoors?"']);
    const { texts, requests } = await complete('answer:"is it indoors?"=y|', ['yes']);
    expect(texts).toEqual(['answer:"is it indoors?"=yes']);
    expect(requests).toEqual([{ kind: 'answer', question: 'is it indoors?', typed: 'y' }]);
  });
});
