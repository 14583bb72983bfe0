/** @file 简体中文： work on many photos at once. */

import type { bulk as en } from './bulk.en.ts';
import { chinese } from './format.ts';

const photos = (count: number): string => `${chinese.number(count)} 张照片`;

export const bulk: typeof en = {
  bar: '对所选照片的操作',
  selected: (count) => `已选 ${chinese.number(count)} 张`,
  caption: '生成说明',
  ask: '提问…',
  tag: '标签…',
  judge: '评判',
  judgeHint: '由匹配模型判断每条说明与照片的吻合程度',
  findable: '建立内容索引',
  findableHint: '让照片可以按画面内容搜索',
  selectNone: '取消选择',
  captionTitle: (count) => `为 ${photos(count)}生成说明`,
  askTitle: (count) => `向 ${photos(count)}提问`,
  tagTitle: (count) => `${photos(count)}的标签`,
  captionMany: '为所选照片生成说明…',
  askMany: '向所选照片提问…',
  tagMany: '编辑所选照片的标签…',
  preset: '预设',
  usualPreset: '常用说明',
  ownWords: '自己写',
  prompt: '模型从这段文字接着写',
  promptHint: '例如：a photo of。其中可以写入事实，如 {folder} 或 {date}。',
  model: '模型',
  usualModel: '默认模型',
  candidates: '尝试次数',
  oneCandidate: '只写一条',
  bestOf: (count) => `${chinese.number(count)} 条中取最佳`,
  judgedBy: '评判模型',
  usualJudge: '默认评判模型',
  noJudge: '评判需要匹配模型，目前没有安装。',
  again: '包括已有此类说明的照片',
  askAgain: '包括已有回答的照片',
  startCaption: '生成说明',
  questions: '问题，每行一个',
  questionsExample: 'what is in the picture?\nhow many people are there?',
  questionCount: (questions, count) =>
    `${chinese.number(questions)} 个问题 × ${photos(count)} = ${chinese.number(questions * count)} 个回答`,
  closedChoices: '只从列表中选择',
  choices: '可选的回答，用逗号分隔',
  choicesHint: '至少两个。回答范围固定，便于转为标签。',
  startAsk: '提问',
  captionStarted: (count, skipped) =>
    skipped === 0
      ? `正在为 ${photos(count)}生成说明。`
      : `正在为 ${photos(count)}生成说明；${chinese.number(skipped)} 张已完成，跳过。`,
  askStarted: (answers, skipped) =>
    skipped === 0
      ? `${chinese.number(answers)} 个回答正在生成。`
      : `${chinese.number(answers)} 个回答正在生成；${chinese.number(skipped)} 个已经有了。`,
  judgeStarted: (count, skipped) =>
    skipped === 0
      ? `正在评判 ${photos(count)}的说明。`
      : `正在评判 ${photos(count)}的说明；${chinese.number(skipped)} 张没有说明或已评判，跳过。`,
  findableStarted: (count, skipped) =>
    skipped === 0
      ? `正在为 ${photos(count)}建立索引。`
      : `正在为 ${photos(count)}建立索引；${chinese.number(skipped)} 张已建立，跳过。`,
  editing: (done, total) => `正在更改照片：${chinese.number(done)} / ${chinese.number(total)}`,
  nothingNew: '无事可做：全部已经完成。',
  showRun: '查看',
  addTags: '添加',
  removeTags: '移除',
  tagField: '要添加或移除的标签',
  removeChosen: (tag) => `去掉 ${tag}`,
  chosenTags: '选定的标签',
  tagsAdded: (tags, count) => `已为 ${photos(count)}添加 ${tags}。`,
  tagsRemoved: (tags, count) => `已从 ${photos(count)}移除 ${tags}。`,
  preview: '将会改变',
  previewPhotos: (count) => `${photos(count)}会改变`,
  previewNothing: '不会有任何改变。',
  previewAdded: '添加',
  previewRemoved: '移除',
  previewExamples: (shown, count) =>
    shown === count ? '逐张查看' : `${photos(count)}中的前 ${chinese.number(shown)} 张`,
  previewNoTags: '没有标签',
  previewMore: (count) => `还有 ${chinese.number(count)} 个`,
  onPhotos: (count) => `用于 ${photos(count)}`,
  presetAbouts: {
    caption: '一句话说明',
    short: '几个词的说明',
    detailed: '几句话的描述',
    tags: '照片中的事物，用逗号分隔',
    'alt-text': '给看不到照片的人的一句话',
    story: '关于照片的小故事',
    text: '照片中的文字',
    'short-answer': '用一两个词回答你的问题',
  },
};
