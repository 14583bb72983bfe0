/** @file 简体中文： work on many photos at once. */

import type { bulk as en } from './bulk.en.ts';
import { chinese } from './format.ts';

const photos = (count: number): string => `${chinese.number(count)} 张照片`;

export const bulk: typeof en = {
  bar: '所选照片的操作',
  selected: (count, stacks = { count: 0, photos: 0 }) => {
    const selected = `已选 ${chinese.number(count)} 张`;
    if (stacks.count === 0) return selected;
    const inStacks = `${chinese.number(stacks.count)} 个堆叠`;
    return stacks.photos === count
      ? `${selected}，在 ${inStacks}中`
      : `${selected}，其中 ${chinese.number(stacks.photos)} 张在 ${inStacks}中`;
  },
  onlyTops: (tops, all) =>
    `每个堆叠只处理一次：仅顶部照片（${chinese.number(tops)} 张，而非 ${chinese.number(all)} 张）`,
  stackChecked: '堆叠中的其他照片在匹配模型认为相符时沿用其文字；其余照片单独生成。',
  stackUnchecked: '堆叠中看起来几乎相同的照片沿用其文字；其余照片单独生成。未安装匹配模型，因此不作检查。',
  stackAnswers: '堆叠中看起来几乎相同的照片沿用其回答；其余照片单独提问。回答不作检查。',
  caption: '生成说明',
  ask: '提问…',
  tag: '标签…',
  check: '检查说明',
  index: '建立视觉搜索索引',
  matching: {
    score: {
      title: (count) => `检查 ${photos(count)}的说明`,
      hint: '由匹配模型评估每条说明与照片的匹配程度。',
      start: '检查',
      started: (count, skipped) =>
        skipped === 0
          ? `正在检查 ${photos(count)}的说明。`
          : `正在检查 ${photos(count)}的说明；已跳过 ${chinese.number(skipped)} 张没有说明或已检查的照片。`,
    },
    embed: {
      title: (count) => `为 ${photos(count)}建立视觉搜索索引`,
      hint: '可按画面内容搜索照片。',
      start: '建立索引',
      started: (count, skipped) =>
        skipped === 0
          ? `正在为 ${photos(count)}建立索引。`
          : `正在为 ${photos(count)}建立索引；已跳过 ${chinese.number(skipped)} 张已有索引的照片。`,
    },
  },
  clearSelection: '取消选择',
  writes: '生成内容',
  kinds: { caption: '说明', altText: '替代文本', longDescription: '详细描述' },
  captionTitle: {
    caption: (count) => `为 ${photos(count)}生成说明`,
    altText: (count) => `为 ${photos(count)}生成替代文本`,
    longDescription: (count) => `为 ${photos(count)}生成详细描述`,
  },
  askTitle: (count) => `向 ${photos(count)}提问`,
  modelTagging: '由模型选择标签',
  modelTaggingText: (count) => `从词表的 ${chinese.number(count)} 个标签中选择。`,
  modelTaggingEmpty: '词表为空，请先在“标签”页面中添加标签。',
  maxTags: '每张照片最多',
  tagAgain: '包括以前这样添加过标签的照片',
  startTagging: '开始添加标签',
  taggingStarted: (count, skipped) =>
    skipped === 0
      ? `正在为 ${photos(count)}添加标签。`
      : `正在为 ${photos(count)}添加标签，已跳过 ${chinese.number(skipped)} 张以前这样添加过标签的照片。`,
  tagTitle: (count) => `编辑 ${photos(count)}的标签`,
  captionMany: '为所选照片生成说明…',
  askMany: '向所选照片提问…',
  tagMany: '编辑所选照片的标签…',
  preset: '预设',
  defaultPreset: { caption: '默认说明', altText: '默认替代文本', longDescription: '默认详细描述' },
  customPrompt: '自定义提示词',
  prompt: '提示词',
  promptHint:
    '说明会接着这段文字写，例如：a photo of。可用占位符：{folder}、{date}、{people}、{place}、{title}、{keywords}。占位符为空时，[方括号] 中的内容会省略。',
  model: '模型',
  defaultModel: '默认模型',
  candidates: '候选说明',
  oneCandidate: '一条说明',
  bestOf: (count) => `从 ${chinese.number(count)} 条中选最佳`,
  checkedBy: '检查模型',
  defaultMatcher: '默认匹配模型',
  noMatcher: '检查说明需要匹配模型，但尚未安装。',
  again: {
    caption: '包括已有说明的照片',
    altText: '包括已有替代文本的照片',
    longDescription: '包括已有详细描述的照片',
  },
  answerSettings: '更改回答设置',
  askAgain: '包括已有回答的照片',
  startCaption: { caption: '生成说明', altText: '生成替代文本', longDescription: '生成详细描述' },
  questions: '问题，每行一个',
  questionsExample: 'what is in the picture?\nhow many people are there?',
  questionCount: (questions, count) =>
    `${chinese.number(questions)} 个问题 × ${photos(count)} = ${chinese.number(questions * count)} 个回答`,
  followUp: '追问',
  followUpHint: '仅对以上某个问题得到特定回答的照片追问，在同一任务中进行。',
  followUpAfter: '针对',
  followUpAnswers: '当回答为',
  followUpAnswersExample: 'yes',
  followUpQuestions: '追问的问题，每行一个',
  followUpExample: 'what does it say?',
  answers: '回答',
  answersTo: (question) => `对“${question}”的回答`,
  answerKinds: {
    any: '不限',
    yesNo: '是或否',
    number: '数字',
    list: '列表之一',
    tag: '词表中的标签',
    field: '按字段限定',
  },
  onlyBelow: '仅限此标签之下',
  onlyBelowOf: (question) => `仅限此标签之下（“${question}”）`,
  onlyBelowExample: '地点',
  choices: '允许的回答，用逗号分隔',
  choicesHint: '至少两个。固定的回答便于转换为标签。',
  choicesOf: (question) => `“${question}”允许的回答，用逗号分隔`,
  startAsk: '提问',
  captionStarted: {
    caption: (count, skipped) =>
      skipped === 0
        ? `正在为 ${photos(count)}生成说明。`
        : `正在为 ${photos(count)}生成说明；已跳过 ${chinese.number(skipped)} 张已有说明的照片。`,
    altText: (count, skipped) =>
      skipped === 0
        ? `正在为 ${photos(count)}生成替代文本。`
        : `正在为 ${photos(count)}生成替代文本；已跳过 ${chinese.number(skipped)} 张已有替代文本的照片。`,
    longDescription: (count, skipped) =>
      skipped === 0
        ? `正在为 ${photos(count)}生成详细描述。`
        : `正在为 ${photos(count)}生成详细描述；已跳过 ${chinese.number(skipped)} 张已有详细描述的照片。`,
  },
  askStarted: (answers, skipped) =>
    skipped === 0
      ? `正在提问：${chinese.number(answers)} 个回答已加入队列。`
      : `正在提问：${chinese.number(answers)} 个回答已加入队列；已跳过 ${chinese.number(skipped)} 个已有的回答。`,
  editing: (done, total) => `正在编辑照片：${chinese.number(done)} / ${chinese.number(total)}`,
  nothingNew: '无需处理：所有照片均已完成。',
  showRun: '查看',
  addTags: '添加',
  removeTags: '移除',
  tagField: '要添加或移除的标签',
  removeSelected: (tag) => `从列表中移除 ${tag}`,
  selectedTags: '所选标签',
  tagsAdded: (tags, count) => `已为 ${photos(count)}添加 ${tags}。`,
  tagsRemoved: (tags, count) => `已从 ${photos(count)}移除 ${tags}。`,
  preview: '更改',
  previewPhotos: (count) => `${photos(count)}将更改`,
  previewNothing: '不会有任何更改。',
  previewAdded: '添加',
  previewRemoved: '移除',
  previewExamples: (shown, count) =>
    shown === count ? '按照片查看' : `前 ${chinese.number(shown)} 张，共 ${photos(count)}`,
  previewNoTags: '无标签',
  previewMore: (count) => `还有 ${chinese.number(count)} 个`,
  onPhotos: (count) => `用于 ${photos(count)}`,
  presetAbouts: {
    caption: '一句话说明',
    short: '几个词的说明',
    detailed: '几句话的描述',
    tags: '照片中的事物，用逗号分隔',
    'alt-text': '为看不到照片的人写的一句话',
    'long-description': '为看不到照片的人写的细节',
    story: '关于照片的小故事',
    text: '照片中的文字',
    'short-answer': '用一两个词回答你的问题',
    'how-many': '某物有多少个',
    'is-there': '照片里有没有某物',
    'what-color': '某物是什么颜色',
    'where-is': '某物在哪里',
    'what-doing': '某人在做什么',
    'is-next-to': '某物旁边有没有另一物',
  },
};
