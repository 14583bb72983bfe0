/** @file 简体中文： the queue. */
import { chinese } from './format.ts';
import type { queue as en } from './queue.en.ts';

const number = (value: number): string => chinese.number(value);

export const queue: typeof en = {
  title: '队列',
  idle: '队列：空',
  idleWithFailures: (failed) => `队列：空，${number(failed)} 个失败`,
  emptyWithFailures: (failed) => `队列为空，${number(failed)} 个失败`,
  emptyWithFailuresText: '失败的照片列在下方。请查看原因，或重试。',
  ended: {
    caption: (done) => `已为 ${number(done)} 张照片生成说明。`,
    ask: (done) => `已回答 ${number(done)} 个问题。`,
    score: (done) => `已检查 ${number(done)} 条说明。`,
    embed: (done) => `已为 ${number(done)} 张照片建立索引。`,
  },
  endedWithFailures: (said, failed) => `${said}${number(failed)} 个失败。`,
  button: (shown) => `队列：${shown}`,
  pausedButton: (left) => `队列：已暂停，剩余 ${number(left)}`,
  left: (left, eta) => `剩余 ${number(left)}${eta === null ? '' : ` · ${eta}`}`,
  failedBadge: (count) => `${number(count)} 个失败`,
  pauseAll: '全部暂停',
  resumeAll: '全部继续',
  paused: '队列已暂停。',
  pausedTitle: '队列已暂停',
  emptyTitle: '队列为空',
  emptyText: '生成说明、提问和检查在后台运行，不影响你继续工作。',
  runs: '正在进行',
  progress: (done, total) => `${number(done)} / ${number(total)}`,
  rate: (perMinute) => `每分钟 ${perMinute} 个`,
  eta: (time) => `剩余约 ${time}`,
  waiting: '等待中',
  pausedRun: '已暂停',
  pauseRun: (name) => `暂停 ${name}`,
  resumeRun: (name) => `继续 ${name}`,
  cancelRun: (name) => `取消 ${name}`,
  progressOf: (name) => `${name} 的进度`,
  failures: '失败',
  failureCount: (count) => `${number(count)} 张照片`,
  retryAll: '全部重试',
  retryOne: (fileName) => `重试 ${fileName}`,
  openPhoto: (fileName) => `打开 ${fileName}`,
  quarantined: '已跳过：模型在处理此照片时两次崩溃',
  moreFailures: (count) => `还有 ${number(count)} 个`,
  showHistory: '查看历史记录',
  reasons: {
    QUEUE_PAUSED: '队列已暂停。',
    ON_BATTERY: '电脑正在使用电池。接通电源后队列将继续。',
  },
  quietHours: (to) => `静默时段。队列将于 ${to} 继续。`,
  retrying: '正在重试。',
};
