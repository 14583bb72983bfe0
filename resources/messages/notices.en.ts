/** @file English: what a person should know and is no error: on which device a model runs and why, what was put right in the library. */
import { counted, english } from './format.ts';
import type { NoticeSentences, NoticeTexts } from './noticeText.ts';

const devices = { cpu: 'the CPU', webgpu: 'WebGPU', cuda: 'CUDA', directml: 'DirectML' };

interface Sizes {
  readonly neededBytes: number;
  readonly freeBytes: number;
  readonly fittingPrecision: string | null;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function advice({ fittingPrecision }: Sizes): string {
  return fittingPrecision === null ? '' : `; imported in ${fittingPrecision}, it would fit`;
}

const presetReasons = { notJson: 'it is not JSON', invalid: 'it is not valid', unreadable: 'it cannot be read' };

const sentences: NoticeSentences = {
  windowsOnly: ({ device }) => `${devices[device]} exists on Windows only.`,
  notIncluded: ({ device }) => `Vignette has no ${devices[device]} on this system.`,
  noNvidia: () => 'There is no NVIDIA graphics card with its driver.',
  noCuda: () => 'CUDA’s libraries are not installed (npm run setup:cuda).',
  noVulkan: () => 'There is no graphics driver for it (Vulkan).',
  noAdapter: ({ device }) => `${devices[device]} finds no graphics card that it can use.`,
  trialCrashed: ({ device }) => `Trying ${devices[device]} ended the process, as a faulty graphics driver does.`,
  crashed: ({ device }) => `${devices[device]} ended the model’s process, as a faulty graphics driver does.`,
  lost: ({ device }) => `The graphics card was lost while it computed (${devices[device]}).`,
  outOfMemory: ({ device }) => `The graphics card ran out of memory (${devices[device]}).`,
  notFinite: ({ device }) => `${devices[device]} computed values that are no numbers.`,
  failed: ({ device }) => `The graphics card failed while it computed (${devices[device]}).`,
  noFloat16: ({ device }) =>
    `This graphics card cannot compute in float16 (${devices[device]}): import the model as int8 or int4 for it.`,
  wrong: ({ device, model }) => `${devices[device]} does not compute the model ${model} rightly on this machine.`,
  tooLarge: ({ device, model, ...sizes }) =>
    `The model ${model} needs ${gigabytes(sizes.neededBytes)}, and the graphics card has ${gigabytes(sizes.freeBytes)} free (${devices[device]})${advice(sizes)}.`,
  usedInstead: ({ device }) => `${device === 'cpu' ? 'The CPU' : devices[device]} is used instead.`,
  madeForCards: ({ model }) =>
    `The model ${model} is in fp16, which is for graphics cards: the CPU computes it in float32, in twice the memory. Import it as int8 for the CPU.`,
  slow: ({ model, ...sizes }) =>
    `The model ${model} needs ${gigabytes(sizes.neededBytes)}, and this machine has ${gigabytes(sizes.freeBytes)} of memory free: it may be very slow${advice(sizes)}.`,
  indexRebuilt: ({ photos }) =>
    `The search index is being rebuilt for ${counted(photos, 'photo')}. This takes a few seconds, and happens once.`,
  catalogRestored: ({ loss, takenAtMs, damagedFile }) => {
    const what = `The catalog was ${loss}. The backup of ${english.dateTime(takenAtMs)} has taken its place`;
    return damagedFile === null ? `${what}.` : `${what}; the ${loss} file is kept as ${damagedFile}.`;
  },
  presetsNotTaken: ({ file, reason, detail }) =>
    `Your presets in ${file} cannot be taken over: ${presetReasons[reason]}${detail === '' ? '' : ` (${detail})`}. Mend the file, or remove it.`,
  changeReverted: ({ reverted }) =>
    `A change that had been cut short was put right: ${english.number(reverted)} texts and tags are as they were before it.`,
};

export const notices: NoticeTexts = { sentences, between: ' ' };
