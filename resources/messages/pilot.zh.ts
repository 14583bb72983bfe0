/** @file 简体中文： what work on many photos will cost, and trying it on a few of them first. */
import { chinese } from './format.ts';
import type { pilot as en } from './pilot.en.ts';

const photos = (count: number): string => `${chinese.number(count)} 张照片`;

export const pilot: typeof en = {
  estimate: '预估',
  estimating: '正在预估…',
  nothingDue: '无需处理：所有照片均已完成。',
  noCaptionDue: '无需处理：没有待检查的说明。',
  due: {
    photos: (count) => `待处理 ${photos(count)}`,
    answers: (answers, count) => `待处理 ${photos(count)}，共 ${chinese.number(answers)} 个回答`,
    captions: (count) => `待检查 ${photos(count)}的说明`,
  },
  time: {
    runs: (duration, device) =>
      device === null ? `约需 ${duration}（根据以往实测）` : `约需 ${duration}（根据 ${device} 上的实测）`,
    processor: (duration) => `约需 ${duration}（根据处理器速度估算）`,
    unknown: '所需时间未知：尚未在此设备上测量过该模型',
  },
  disk: {
    results: (bytes) => `结果约占 ${bytes}`,
    indexUnknown: '索引大小未知',
    features: (bytes) => `特征缓存最多占 ${bytes}`,
    featuresUnknown: '特征缓存大小未知',
  },
  tryFirst: (count) => `先试 ${chinese.number(count)} 张`,
  tryFirstHint: '先在差异较大的样本上运行，比较并调整后再处理其余照片',
  title: (sample, count) => `试运行：${photos(count)}中的 ${chinese.number(sample)} 张`,
  settings: '设置',
  results: '各照片的结果',
  photo: '照片',
  attempt: (number) => `第 ${chinese.number(number)} 次尝试`,
  shownSettings: '当前设置',
  useSettings: '使用这些设置',
  waiting: '等待中…',
  failedWith: (reason) => `失败：${reason}`,
  noResult: '无结果',
  doubtful: '存疑',
  run: '查看任务',
  openPilot: '试运行',
  retry: (count) => `在这 ${chinese.number(count)} 张上试`,
  retrying: (count) => `正在 ${photos(count)}上试运行。`,
  alreadyTried: '这些设置已经试过。',
  rest: {
    caption: {
      caption: (count) => `为其余 ${chinese.number(count)} 张生成说明`,
      altText: (count) => `为其余 ${chinese.number(count)} 张生成替代文本`,
      longDescription: (count) => `为其余 ${chinese.number(count)} 张生成详细描述`,
    },
    ask: (count) => `向其余 ${chinese.number(count)} 张提问`,
    tag: (count) => `为其余 ${chinese.number(count)} 张添加标签`,
  },
  all: {
    caption: {
      caption: (count) => `为全部 ${chinese.number(count)} 张生成说明`,
      altText: (count) => `为全部 ${chinese.number(count)} 张生成替代文本`,
      longDescription: (count) => `为全部 ${chinese.number(count)} 张生成详细描述`,
    },
    ask: (count) => `向全部 ${chinese.number(count)} 张提问`,
    tag: (count) => `为全部 ${chinese.number(count)} 张添加标签`,
  },
  resultsCount: '这些设置已经试过：其结果有效，不会重复处理。',
  startsAnew: '这些设置尚未试过：将用它们处理所有照片。',
  nothingLeft: '所有照片均已用这些设置处理。',
  restFailed: (failed) => `其余均已用这些设置处理，${chinese.number(failed)} 个失败。`,
  showFailures: '查看失败原因',
  goesOn: (done, total) => `正在运行：${chinese.number(done)} / ${chinese.number(total)}`,
  discard: '撤销其他尝试',
  discardHint: '撤销除当前设置之外的所有尝试',
  discarded: (attempts) => `已撤销 ${chinese.number(attempts)} 次尝试。`,
  notFoundTitle: '此试运行已不存在',
  notFoundText: '仅保留最近的试运行。其任务可在历史记录中查看。',
  nextStep: '试运行：下一步',
};
