/** @file 简体中文: what a person should know and is no error: on which device a model runs and why, what was put right in the library. */
import { chinese } from './format.ts';
import type { NoticeSentences, NoticeTexts } from './noticeText.ts';

const devices = { cpu: 'CPU', webgpu: 'WebGPU', cuda: 'CUDA', directml: 'DirectML' };

interface Sizes {
  readonly fittingPrecision: string | null;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function advice({ fittingPrecision }: Sizes): string {
  return fittingPrecision === null ? '' : `；以 ${fittingPrecision} 导入则可以容纳`;
}

const losses = { damaged: '已损坏', empty: '是空的', missing: '不见了' };
const presetReasons = { notJson: '文件不是 JSON', invalid: '内容无效', unreadable: '无法读取' };

const sentences: NoticeSentences = {
  windowsOnly: ({ device }) => `${devices[device]} 仅在 Windows 上可用。`,
  notIncluded: ({ device }) => `Vignette 在此系统上不支持 ${devices[device]}。`,
  noNvidia: () => '没有 NVIDIA 显卡，或未安装其驱动程序。',
  noCuda: () => '未安装 CUDA 库（npm run setup:cuda）。',
  noVulkan: () => '没有可用的显卡驱动程序（Vulkan）。',
  noAdapter: ({ device }) => `${devices[device]} 没有找到可用的显卡。`,
  trialCrashed: ({ device }) => `试用 ${devices[device]} 时进程崩溃，显卡驱动程序可能有问题。`,
  crashed: ({ device }) => `${devices[device]} 使模型进程崩溃，显卡驱动程序可能有问题。`,
  lost: ({ device }) => `显卡在运算时断开（${devices[device]}）。`,
  outOfMemory: ({ device }) => `显存不足（${devices[device]}）。`,
  notFinite: ({ device }) => `${devices[device]} 算出了非有限数值。`,
  failed: ({ device }) => `显卡未能完成运算（${devices[device]}）。`,
  noFloat16: ({ device }) => `此显卡不能以 float16 运算（${devices[device]}）：请以 int8 或 int4 导入模型。`,
  wrong: ({ device, model }) => `${devices[device]} 在本机上不能正确运算模型“${model}”。`,
  tooLarge: ({ device, model, ...sizes }) =>
    `模型“${model}”需要 ${gigabytes(sizes.neededBytes)}，而显卡只有 ${gigabytes(sizes.freeBytes)} 可用显存（${devices[device]}）${advice(sizes)}。`,
  usedInstead: ({ device }) => `已改用 ${devices[device]}。`,
  madeForCards: ({ model }) =>
    `模型“${model}”以 fp16 存储，适用于显卡；CPU 以 float32 运算，需要两倍内存。若使用 CPU，请以 int8 导入。`,
  slow: ({ model, ...sizes }) =>
    `模型“${model}”需要 ${gigabytes(sizes.neededBytes)}，而本机只有 ${gigabytes(sizes.freeBytes)} 可用内存，可能会很慢${advice(sizes)}。`,
  indexRebuilt: ({ photos }) => `正在为 ${chinese.number(photos)} 张照片重建搜索索引。只需几秒钟，且仅此一次。`,
  catalogRestored: ({ loss, takenAtMs, damagedFile }) => {
    const what = `图库数据库${losses[loss]}，已用 ${chinese.dateTime(takenAtMs)} 的备份恢复`;
    return damagedFile === null ? `${what}。` : `${what}；原来的文件保存为“${damagedFile}”。`;
  },
  presetsNotTaken: ({ file, reason, detail }) =>
    `无法导入“${file}”中的预设：${presetReasons[reason]}${detail === '' ? '' : `（${detail}）`}。请修正或移除该文件。`,
  changeReverted: ({ reverted }) => `一项中断的更改已撤销：${chinese.number(reverted)} 处文本和标签已恢复原状。`,
};

export const notices: NoticeTexts = { sentences, between: '' };
