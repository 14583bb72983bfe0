/** @file 简体中文： the queue. */
import { chinese } from '../format.ts';
import type { queue as en } from './queue.en.ts';

const number = (value: number): string => chinese.number(value);

export const queue: typeof en = {
  title: '队列',
  idle: '队列：无事可做',
  button: (left, eta) => (eta === null ? `队列：剩余 ${number(left)}` : `队列：剩余 ${number(left)}，约 ${eta}`),
  pausedButton: (left) => `队列：已暂停，剩余 ${number(left)}`,
  left: (left) => `剩余 ${number(left)}`,
  failedBadge: (count) => `${number(count)} 个失败`,
  pauseAll: '全部暂停',
  resumeAll: '继续',
  paused: '队列已暂停。',
  rests: '队列正在休息',
  emptyTitle: '无事可做',
  emptyText: '生成说明、提问和评判都在后台进行，其间可以继续工作。',
  runs: '正在进行',
  progress: (done, total) => `${number(done)} / ${number(total)}`,
  rate: (perMinute) => `每分钟 ${perMinute} 个`,
  eta: (time) => `约剩 ${time}`,
  waiting: '等待轮到',
  resting: '休息中',
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
  setAside: '已搁置：它两次使模型退出',
  moreFailures: (count) => `还有 ${number(count)} 个`,
  allRuns: '全部任务',
  reasons: {
    QUEUE_PAUSED: '队列已暂停。',
    ON_BATTERY: '电脑正在使用电池。接上电源后队列继续。',
  },
  quietHours: (to) => `安静时段。队列在 ${to} 继续。`,
  retrying: '正在重试。',
};
