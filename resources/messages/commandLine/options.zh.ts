/** @file 简体中文: help on the options that several commands take, and what stands around every help. */
import type { options as en } from './options.en.ts';
import { rangeText } from './usage.zh.ts';

const numbers = {
  numBeams: '束搜索的束数；1 为贪心搜索',
  maxNewTokens: '最大长度',
  minNewTokens: '最小长度',
  lengthPenalty: '大于 0 时偏向长回答，小于 0 时偏向短回答；仅与 --beams 一起使用',
  repetitionPenalty: '大于 1 时降低重复用词的可能性',
  noRepeatNgramSize: '连续 N 个词元的序列不会出现两次；0 为关闭',
  temperature: '与 --sample 一起使用：值越大，回答越多样',
  topP: '与 --sample 一起使用：只取累计概率达到此值的最可能词元；1 为关闭',
  topK: '与 --sample 一起使用：只取最可能的 N 个词元；0 为关闭',
  seed: '与 --sample 一起使用：种子相同，回答相同',
};

export const options: typeof en = {
  headings: {
    'Usage:': '用法：',
    'Arguments:': '参数：',
    'Options:': '选项：',
    'Commands:': '命令：',
    'Generation:': '生成：',
    'Library:': '多张照片：',
  },
  byDefault: (description, value) => `${description}（默认：${value}）`,
  version: '显示版本号',
  help: '显示命令的帮助',
  library: '图库文件夹（默认：VIGNETTE_HOME，或系统的数据文件夹）',
  json: '将结果以 JSON 输出到 stdout；消息和进度输出到 stderr',
  device: (choices) => `运行模型的设备：${choices.join('、')}（默认：图库的设置）`,
  model: '要使用的模型（默认：图库的默认模型、导入的模型或内置的演示模型）',
  preset: '使用预设；列出预设：vignette presets list',
  out: '输出文件或文件夹（默认：stdout；附属文件则在照片旁）',
  byteOrderMark: '在 CSV 文件开头写入字节顺序标记，使 Excel 以 UTF-8 读取',
  oneOf: (choices) => `可选 ${choices.join('、')}`,
  number: (key, { range, byDefault }) => `${numbers[key]}（${rangeText(range).trim()}，默认 ${byDefault}）`,
  sample: '按概率采样词元，而不是取最可能的词元',
  stop: '在此文本之前结束回答；可重复使用',
  forbid: '不得出现的词，用逗号分隔',
  allowLoops: '不中止自我重复的回答',
  choices: '将回答限定为其中之一：“cat,dog,none”',
  tags: '将回答限定为这些标签的列表：“a,b,c”，或 @FILE',
  minTags: '与 --tags 一起使用：最少标签数（默认 1）',
  maxTags: '与 --tags 一起使用：最多标签数（默认 10）',
  requireTags: '与 --tags 一起使用：必须包含的标签',
  excludeTags: '与 --tags 一起使用：不得包含的标签',
};
