/** @file 简体中文: what is wrong with the options and arguments of a command. */
import type { usage as en, NumberRange } from './usage.en.ts';

export function rangeText({ isWhole, from, above, to }: NumberRange): string {
  const noun = isWhole ? '整数' : '数字';
  if (from !== undefined && to !== undefined) return ` ${from} 到 ${to} 之间的${noun}`;
  const bounds = [
    ...(above === undefined ? [] : [`大于 ${above}`]),
    ...(from === undefined ? [] : [`不小于 ${from}`]),
    ...(to === undefined ? [] : [`不大于 ${to}`]),
  ];
  return bounds.length === 0 ? noun : `${bounds.join(' 且')} 的${noun}`;
}

const mistakes = {
  missingArgument: (name: string) => `缺少参数“${name}”`,
  valueMissing: (option: string) => `选项“${option}”缺少值`,
  unknownOption: (option: string) => `未知选项“${option}”`,
  unknownCommand: (command: string) => `未知命令“${command}”`,
  tooManyArguments: (command: string) => `${command === '' ? '' : `“${command}”的`}参数过多`,
};

const objects = { folder: '文件夹', file: '文件', name: '名称' };
const empty = {
  path: '有一个路径是空的。',
  photo: '照片的路径是空的。',
  checkpoint: '检查点的路径是空的。',
  folder: '有一个文件夹名称是空的。',
  question: '问题是空的。',
  text: '文本是空的。',
};

export const usage: typeof en = {
  mistake: (kind, _text, value = '', meant) =>
    `错误：${mistakes[kind](value)}${meant === undefined ? '' : `\n（是否想写 ${meant}？）`}\n`,
  valueMissing: (flag, what) => `${flag} 需要一个${objects[what]}。`,
  empty: (what) => empty[what],
  outOfRange: (flag, range, text) => `${flag} 必须是${rangeText(range)}，而不是“${text}”。`,
  noChoice: (flag, choices, text) => `${flag} 必须是 ${choices.join('、')} 之一，而不是“${text}”。`,
  together: (flag, other) => `${flag} 不能与 ${other} 同时使用。`,
  needs: (flag, other) => `${flag} 需要与 ${other} 一起使用。`,
  excludes: (flag, other) => `${flag} 和 ${other} 不能同时使用。`,
  without: (flag, needed) => `${flag} 需要 ${needed}。`,
  invalid: (flag, entry, detail) => `${flag} 的${entry === undefined ? '值' : `第 ${entry} 项`}无效。详情：${detail}`,
  moreThan: (flag, value, other, limit) => `${flag}（${value}）不能大于 ${other}（${limit}）。`,
  rawWithHistory: '--raw 和 --history 不能同时使用：原始文本即是整个提示。',
  jsonWithCsv: '--json 和 --format csv 不能同时用于标准输出；请用 --out 指定文件。',
  beamsWithCandidates: '--beams 和 --candidates 不能同时使用：候选是采样得到的。',
  humanAndApproved: '--human 和 --approved 只能选择一个。',
  bomWithoutCsv: '--bom 仅用于 CSV。',
  outIsPhoto: (file) => `--out ${file} 是其中一张照片。`,
  hostName: (name) => `--allow-host 需要不含端口和路径的名称，例如 photos.example，而不是“${name}”。`,
  onePhotoOnly: (flag) => `${flag} 仅用于就一张照片提一个问题。`,
  questionIsPhoto: (file) => `“${file}”是照片。问题应放在最后；多个问题请用 --question。`,
  questionHasBlanks: (question) => `问题“${question}”中有空格待填。请填写。`,
  beforeQuestion: (flag) => `请将 ${flag} 写在它所属的 --question 之后。`,
  twiceForQuestion: (flag, question) => `“${question}”有两个 ${flag}。请写在各自的 --question 之后。`,
  questionMissing: (photo) => `“${photo}”后面没有问题。请先写照片，再写问题；或用 --preset 选择预设。`,
  questionTwice: (text) => `没有照片“${text}”。使用 --question 时，请只写照片和文件夹；每个问题用一次 --question。`,
  presetNeedsQuestion: (preset) => `预设“${preset}”需要一个问题。`,
  presetIsQuestion: (preset) => `预设“${preset}”需要一个问题，请与 vignette ask 一起使用。`,
  presetHasBlanks: (preset, blanks) =>
    blanks === 1
      ? `预设“${preset}”有一处空白：请在问题的位置给出要填的内容。`
      : `预设“${preset}”有 ${blanks} 处空白：请在问题的位置给出要填的内容，用逗号分隔。`,
  presetHasQuestion: (preset) => `预设“${preset}”已包含问题。请去掉你的问题或该预设。`,
  keywordListUnreadable: (file, reason) => `无法读取文件“${file}”。详情：${reason}`,
  tagsUnreadable: (file, reason) => `--tags：无法读取文件“${file}”。详情：${reason}`,
  historyUnreadable: (file, reason) => `无法读取“${file}”中的对话。详情：${reason}`,
  historyNotJson: (file) => `无法读取“${file}”中的对话：文件不是 JSON。`,
  historyInvalid: (file) => `“${file}”中的对话不是 {"question": "…", "answer": "…"} 的列表。`,
  noRunNumber: (text) => `请输入 vignette runs list 列出的任务编号，而不是“${text}”。`,
  severalModels: (ids) => `已安装多个模型。请用 --model 选择一个（${ids.join('、')}）。`,
  chooseMatcher:
    '请用 --filter 选择匹配模型。导入模型：vignette models import FOLDER（在源代码中，npm run build 会生成演示模型）。',
  pairInvalid: (line) => `第 ${line} 行不是 {"image": …, "text": …, "holds": true 或 false}。`,
  pairsOneSided: '文本必须既有正确的，也有错误的。',
  noBackup: (name) => `没有名为“${name}”的备份。列出备份：vignette library restore --list`,
  severalFolders: (name, count) => `“${name}”对应 ${count} 个文件夹，请选择其中一个。`,
  tagsOrCaption: (file, suggested) =>
    `“${file}”中的文本是标签列表还是说明？看起来像${suggested === 'tags' ? '标签' : '说明'}：请加上 --as ${suggested}，或选择另一种。`,
  noSuchQuestion: (question) => `没有照片回答过问题“${question}”。`,
  splitInvalid: (split) => `--split 需要总和为 100 的百分比，例如 train=80,validation=10,test=10，而不是“${split}”。`,
  nothingToExport: '没有可以导出的内容。请加上 --tags 或 --answers。',
  nothingToSet: (flags) => `没有要设置的内容。请加上 ${flags.join('、')} 中的一项或多项。`,
  captionsOnly: (format) => `--format ${format} 只包含说明，不能与 --no-captions 同时使用。`,
  noPlaceFor: (option, format, formats) => `--format ${format} 不能包含 ${option}，请使用：${formats.join('、')}。`,
  sidecarsWithoutAnswers: '附属文件不能包含回答。',
  embedOut: '使用 --format embed 时说明会写入照片文件，请去掉 --out。',
  onlyWithEmbed: (option) => `${option} 只能与 --format embed 一起使用。`,
  libraryEmpty: '图库是空的。添加文件夹：vignette library add FOLDER',
};
