/** @file Every code that the program throws or sends has a Chinese sentence, or is named here as one that nobody reads. English is the errors' own message. */
import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { errorText } from '../../resources/messages/errorText.ts';
import { texts } from '../../resources/messages/texts.ts';

/** Spelled like codes of errors, and none that a person is shown by its code. */
const others = new Set(
  `
  BYTE_ARRAY EMPTY_SET FULL_TEXT SHOWN_ANSWER SHOWN_CAPTION
  ERR_SCRIPT_EXECUTION_TIMEOUT ERR_STREAM_DESTROYED ERR_WORKER_OUT_OF_MEMORY
  F8_E4M3 F8_E5M2 POP_MARK NEWOBJ_EX NEXT_BUFFER READONLY_BUFFER SHORT_BINBYTES SHORT_BINSTRING
  HF_ENDPOINT HF_HOME HF_HUB_CACHE HF_HUB_OFFLINE HF_TOKEN HF_TOKEN_PATH HUGGINGFACE_HUB_CACHE HUGGING_FACE_HUB_TOKEN
  LD_LIBRARY_PATH LD_PRELOAD NODE_OPTIONS XDG_CACHE_HOME
  SQLITE_AUTH SQLITE_BUSY SQLITE_CANTOPEN SQLITE_CORRUPT SQLITE_FULL SQLITE_IOERR SQLITE_LOCKED SQLITE_NOTADB
  SQLITE_PERM SQLITE_READONLY
  BROKEN_REFERENCE JOBS_OF_CLOSED_RUN RESULT_TWICE RUN_COUNTS RUN_WITHOUT_JOBS
  PROMPT_CUT HISTORY_SHORTENED HISTORY_IGNORED TEXT_UNKNOWN ANSWER_CUT ANSWER_LOOPED
  `
    .trim()
    .split(/\s+/),
);

async function codesOfSources(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const file of glob('{main,native-models,preload}/**/*.ts')) {
    const text = await readFile(file, 'utf8');
    for (const [, code = ''] of text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)) found.set(code, file);
  }
  return found;
}

it('every code has a Chinese sentence', async () => {
  const codes = await codesOfSources();
  expect(codes.size).toBeGreaterThan(150);
  const missing = [...codes].filter(([code]) => !others.has(code) && !Object.hasOwn(texts.zh.errors, code));
  expect(missing).toEqual([]);
});

it('no sentence and no exception is for a code that is gone', async () => {
  const codes = await codesOfSources();
  const known = [...Object.keys(texts.zh.errors), ...others].filter((code) => code !== 'INTERNAL');
  expect(known.filter((code) => !codes.has(code))).toEqual([]);
});

it('sentences are Chinese, with and without the values of the error', () => {
  for (const code of Object.keys(texts.zh.errors)) {
    for (const details of [undefined, { id: 'demo', file: 'a', folder: 'b', tensor: 'c', runId: 7 }]) {
      const sentence = errorText({ code, message: 'In English.', details }, texts.zh);
      expect(sentence, code).toMatch(/^[\p{Script=Han}]|^(?:Hugging Face|Vignette) /u);
      expect(sentence, code).not.toContain('undefined');
    }
  }
  expect(errorText({ code: 'NO_SUCH_RUN', message: '', details: { runId: 7 } }, texts.zh)).toBe('没有任务“7”。');
});

/** As whoever wrote a catalog or a file may have left them; any value may have any of these. */
const strangeValues = [null, true, -7, 1e300, 'x', [], {}, [1, null], [{ code: 'wrong' }], { code: 'x' }, { code: 7 }];

it.for(strangeValues)('every sentence stands whatever its values are: %j', (value) => {
  const details = new Proxy<Record<string, unknown>>({}, { get: () => value });
  for (const language of [texts.en, texts.zh]) {
    for (const code of Object.keys(language.errors)) {
      const sentence = errorText({ code, message: 'In English.', details }, language);
      expect(sentence, code).toMatch(/[.。]$/);
      expect(sentence, code).not.toMatch(/undefined|\[object/);
    }
  }
});

it('a Chinese sentence has what the English one says, of the values', () => {
  const say = (code: string, details: Record<string, unknown>) =>
    errorText({ code, message: 'In English.', details }, texts.zh);
  expect(say('IMAGE_TOO_LARGE', { width: 20_000, height: 10_000, maxPixels: 120_000_000 })).toBe(
    '图片过大：20000 × 10000 为 200 百万像素，此类图片的上限为 120 百万像素。',
  );
  expect(say('IMAGE_UNSUPPORTED', { format: 'PSD' })).toBe('不支持此 PSD 文件。请另存为 JPEG 或 PNG。');
  expect(say('IMAGE_UNREADABLE', { systemCode: 'EACCES' })).toBe('无法读取文件：没有权限。');
  expect(say('IMAGE_DECODER_TIMEOUT', { timeoutMs: 120_000 })).toContain('（2分钟）');
  expect(say('DISK_FULL', { neededBytes: 5e9, freeBytes: 1e9 })).toBe('磁盘空间不足：需要 5 GB，可用 1 GB。');
  expect(say('HUB_ACCESS_DENIED', { isGated: true, hasToken: true })).toContain('并使用该令牌所属的账户');
  expect(say('HUB_ACCESS_DENIED', { isGated: false, hasToken: true })).toContain('访问令牌不被接受');
  expect(say('PATH_NOT_FOUND', { named: 'a.jpg', systemCode: 'ENOENT' })).toBe('无法读取“a.jpg”：它不存在。');
  expect(say('PATH_NOT_FOUND', {})).toBe('找不到该文件或文件夹。');
  expect(say('CHECKPOINT_TENSOR_UNEXPECTED', { tensors: ['a', 'b', 'c', 'd', 'e', 'f'] })).toBe(
    '检查点含有此架构没有的张量（a、b、c、d、e 等 6 个）。',
  );
  expect(say('CHECKPOINT_UNSUPPORTED', { found: 'GPT-2', supported: ['BLIP'] })).toBe(
    '无法导入此检查点：它是 GPT-2。支持：BLIP。',
  );
  const last = { code: 'MODEL_HOST_CRASHED', message: 'In English.', details: { reason: 'signal SIGKILL' } };
  expect(say('MODEL_KEEPS_FAILING', { times: 10, last })).toBe(
    '模型接连失败，任务已停止。最后一次：模型进程意外退出（signal SIGKILL），可能是内存不足。请重试。',
  );
});

it('an error is said in its own message in English, and where a language lacks its code', () => {
  const error = { code: 'NO_SUCH_RUN', message: 'There is no run 7.' };
  expect(errorText(error, texts.en)).toBe('There is no run 7.');
  expect(errorText({ ...error, code: 'constructor' }, texts.zh)).toBe('There is no run 7.');
});

it('an error is thrown again with its values, not with its code and message alone', async () => {
  const found: string[] = [];
  for await (const file of glob('{main,native-models,preload}/**/*.ts')) {
    const text = await readFile(file, 'utf8');
    if (/new \w+Error\(\s*([\w.?#]+)\.code,\s*\1\.message,?\s*\)/.test(text)) found.push(file);
  }
  expect(found).toEqual([]);
});
