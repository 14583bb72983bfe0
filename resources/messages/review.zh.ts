/** @file 简体中文: the review of doubtful and stale captions. */
import { chinese } from './format.ts';
import type { review as en } from './review.en.ts';

export const review: typeof en = {
  title: '审阅',
  progress: (done, total) => `已审阅 ${chinese.number(done)} 条，共 ${chinese.number(total)} 条`,
  left: (count) => `剩余 ${chinese.number(count)} 条`,
  doubtful: '存疑：此说明可能与照片不符。',
  stale: '已过时：写下说明后照片又被编辑过。',
  both: '存疑且已过时。',
  accept: '接受',
  edit: '编辑',
  next: '下一个候选',
  askAgain: '重新生成',
  skip: '跳过',
  back: '返回',
  openPhoto: '打开照片',
  candidate: (index, total) => `候选 ${chinese.number(index)} / ${chinese.number(total)}`,
  onlyOne: '没有其他候选。按 R 重新生成说明。',
  accepted: '已接受。',
  captioning: '正在重新生成说明…',
  captioned: '新说明已生成。',
  editHint: '按 Enter 接受，按 Shift+Enter 换行，按 Esc 取消',
  caption: '待审阅的说明',
  strip: '待审阅的照片',
  emptyTitle: '没有需要审阅的说明',
  emptyText: '可能与照片不符的说明，以及照片编辑后过时的说明，会显示在此处。',
  doneTitle: '全部审阅完毕',
  doneText: (accepted, skipped) => `接受 ${chinese.number(accepted)} 条，跳过 ${chinese.number(skipped)} 条。`,
  again: '审阅已跳过的说明',
  toLibrary: '前往图库',
  failed: '无法载入待审阅的说明。',
};
