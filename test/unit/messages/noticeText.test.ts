/** @file What people read of a notice: the device that a model is on, and what was put right in the library, in both languages. */
import { expect, it } from 'vitest';
import { errorText } from '../../../resources/messages/errorText.ts';
import { noticeText } from '../../../resources/messages/noticeText.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { type Notice, noticeSchema } from '../../../schemas/notice.ts';

const sizes = { neededBytes: 5.62e9, freeBytes: 4e9 };
const takenAtMs = Date.UTC(2026, 0, 2, 12);

const sentences: readonly (readonly [Notice, en: RegExp, zh: RegExp])[] = [
  [{ code: 'windowsOnly', params: { device: 'directml' } }, /^DirectML exists on Windows only\.$/, /^DirectML 仅在 W/],
  [{ code: 'notIncluded', params: { device: 'cuda' } }, /^Vignette has no CUDA on/, /不支持 CUDA。$/],
  [{ code: 'noNvidia', params: { device: 'cuda' } }, /^There is no NVIDIA/, /^没有 NVIDIA 显卡/],
  [{ code: 'noCuda', params: { device: 'cuda' } }, /npm run setup:cuda/, /^未安装 CUDA 库（npm run setup:cuda/],
  [{ code: 'noVulkan', params: { device: 'webgpu' } }, /no graphics driver/, /^没有可用的显卡驱动程序/],
  [{ code: 'noAdapter', params: { device: 'webgpu' } }, /^WebGPU finds no graphics/, /^WebGPU 没有找到/],
  [{ code: 'trialCrashed', params: { device: 'cuda' } }, /^Trying CUDA ended/, /^试用 CUDA 时/],
  [{ code: 'crashed', params: { device: 'cuda' } }, /^CUDA ended the model/, /^CUDA 使模型进程崩溃/],
  [{ code: 'lost', params: { device: 'cuda' } }, /lost while it computed \(CUDA\)/, /断开（CUDA）/],
  [{ code: 'outOfMemory', params: { device: 'cuda' } }, /ran out of memory \(CUDA\)/, /^显存不足（CUDA）/],
  [{ code: 'notFinite', params: { device: 'cuda' } }, /^CUDA computed values/, /^CUDA 算出了/],
  [{ code: 'failed', params: { device: 'cuda' } }, /failed while it computed \(CUDA\)/, /未能完成运算（CUDA）/],
  [{ code: 'noFloat16', params: { device: 'webgpu' } }, /float16 \(WebGPU\)/, /float16 运算（WebGPU）/],
  [{ code: 'wrong', params: { device: 'cuda', model: 'm' } }, /^CUDA does not compute the model m /, /模型“m”。$/],
  [
    { code: 'tooLarge', params: { device: 'cuda', model: 'm', ...sizes, fittingPrecision: 'fp16' } },
    /needs 5\.6 GB, .* 4\.0 GB free \(CUDA\); imported in fp16, it would fit\.$/,
    /需要 5\.6 GB，.* 4\.0 GB .*（CUDA）；以 fp16 导入则可以容纳。$/,
  ],
  [{ code: 'usedInstead', params: { device: 'cpu' } }, /^The CPU is used instead\.$/, /^已改用 CPU。$/],
  [{ code: 'madeForCards', params: { model: 'm' } }, /^The model m is in fp16/, /^模型“m”以 fp16 存储/],
  [
    { code: 'slow', params: { model: 'm', ...sizes, fittingPrecision: null } },
    /needs 5\.6 GB, .* 4\.0 GB .* may be very slow\.$/,
    /需要 5\.6 GB，.* 4\.0 GB .*可能会很慢。$/,
  ],
  [{ code: 'indexRebuilt', params: { photos: 12_000 } }, /for 12,000 photos\./, /为 12,000 张照片/],
  [
    { code: 'catalogRestored', params: { loss: 'damaged', takenAtMs, damagedFile: '/l/old.db' } },
    /^The catalog was damaged\. .* Jan 2, 2026.* kept as \/l\/old\.db\.$/,
    /^图库数据库已损坏，.*2026年1月2日.*“\/l\/old\.db”。$/,
  ],
  [
    { code: 'catalogRestored', params: { loss: 'missing', takenAtMs, damagedFile: null } },
    /^The catalog was missing\. .* taken its place\.$/,
    /^图库数据库不见了，.*恢复。$/,
  ],
  [
    { code: 'presetsNotTaken', params: { file: '/p.json', reason: 'notJson', detail: '' } },
    /^Your presets in \/p\.json .*: it is not JSON\. Mend/,
    /^无法导入“\/p\.json”中的预设：文件不是 JSON。/,
  ],
  [
    { code: 'presetsNotTaken', params: { file: '/p.json', reason: 'invalid', detail: 'knd' } },
    /it is not valid \(knd\)\./,
    /内容无效（knd）。/,
  ],
  [{ code: 'changeReverted', params: { reverted: 1200 } }, /: 1,200 texts and tags/, /1,200 处文本/],
];

it.each(sentences)('%j is a sentence in both languages', (notice, en, zh) => {
  expect(noticeSchema.parse(notice)).toEqual(notice);
  expect(noticeText([notice], texts.en)).toMatch(en);
  expect(noticeText([notice], texts.zh)).toMatch(zh);
});

it('several follow each other as the language has it', () => {
  const both: Notice[] = [
    { code: 'noNvidia', params: { device: 'cuda' } },
    { code: 'usedInstead', params: { device: 'webgpu' } },
  ];
  expect(noticeText(both, texts.en)).toBe('There is no NVIDIA graphics card with its driver. WebGPU is used instead.');
  expect(noticeText(both, texts.zh)).toBe('没有 NVIDIA 显卡，或未安装其驱动程序。已改用 WebGPU。');
});

it('a device that was asked for and cannot be used is said with why', () => {
  const problems: Notice[] = [{ code: 'windowsOnly', params: { device: 'directml' } }];
  const error = { code: 'DEVICE_UNUSABLE', message: 'It cannot.', details: { problems } };
  expect(errorText(error, texts.en)).toBe('DirectML exists on Windows only.');
  expect(errorText(error, texts.zh)).toBe('无法使用该设备。DirectML 仅在 Windows 上可用。');
  expect(errorText({ ...error, details: {} }, texts.en)).toBe('It cannot.');
});
