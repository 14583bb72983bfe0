/** @file 简体中文: the review of doubtful and stale captions. */
import { chinese } from './format.ts';
import type { review as en } from './review.en.ts';

export const review: typeof en = {
  title: '审阅',
  progress: (done, total) => `已看 ${chinese.number(done)} 条，共 ${chinese.number(total)} 条`,
  left: (count) => `剩余 ${chinese.number(count)} 条`,
  doubtful: '存疑：匹配模型不确定这条说明是否相符。',
  stale: '已过时：写下说明之后照片被改动过。',
  both: '存疑且已过时。',
  accept: '接受',
  edit: '编辑',
  next: '下一候选',
  askAgain: '重新生成',
  skip: '跳过',
  back: '返回',
  openPhoto: '打开照片',
  candidate: (index, total) => `候选 ${chinese.number(index)}，共 ${chinese.number(total)} 个`,
  onlyOne: '没有其他候选。按 R 重新生成说明。',
  accepted: '已接受。',
  captioning: '正在重新生成说明…',
  captioned: '有了新的说明。',
  editHint: '按 Enter 接受，按 Shift Enter 换行，按 Esc 放弃修改',
  caption: '待审阅的说明',
  strip: '待审阅的照片',
  emptyTitle: '没有需要审阅的说明',
  emptyText: '匹配模型存疑的说明，以及照片改动后过时的说明，会出现在这里。',
  doneTitle: '全部看完了',
  doneText: (accepted, skipped) => `接受 ${chinese.number(accepted)} 条，跳过 ${chinese.number(skipped)} 条。`,
  again: '再看跳过的',
  toLibrary: '回到图库',
  failed: '无法找到待审阅的说明。',
};
