/** @file 简体中文: what several commands say: how far they are, what failed, what became of the whole. */
import { chat } from '../chat.zh.ts';
import { chinese } from '../format.ts';
import type { general as en } from './general.en.ts';
import { type DurationUnits, formatDuration } from './quantities.ts';

const units: DurationUnits = { second: '秒', minute: '分钟', hour: '小时' };
const number = (value: number): string => chinese.number(value);

export const general: typeof en = {
  didYouMean: (suggestion) => `是否想写 ${suggestion}`,
  interrupted: '已中断。已完成的工作会保留；再次运行同一命令即可继续。',
  unexpected: '出现意外错误，这是 Vignette 的缺陷。',
  nameWith: (flag) => `请用 ${flag} 指定。`,
  number,
  list: (parts) => parts.join('，'),
  reasonOf: (name, reason) => `${name}：${reason}`,
  failed: (name, reason) => `失败：${name}：${reason}`,
  failedCount: (count) => `${number(count)} 个失败`,
  duration: (durationMs) => formatDuration(durationMs, units),
  left: (durationMs) => `剩余 ${formatDuration(durationMs, units)}`,
  photoRate: (perSecond) =>
    perSecond >= 0.5 ? `${perSecond.toFixed(1)} 张/秒` : `每张 ${(1 / perSecond).toFixed(1)} 秒`,
  photosDone: (done, total) => `已完成 ${number(done)} / ${number(total)} 张照片`,
  done: (done, total) => `已完成 ${number(done)} / ${number(total)}`,
  ofBytes: (done, total) => `${done} / ${total}`,
  byteRate: (size) => `${size}/秒`,
  loadingModel: { line: '正在加载模型…', logLine: '正在加载模型。' },
  hostStopped: (reason) => `模型进程已停止（${reason}），正在重新启动。`,
  backupFailed: (reason) => `无法备份图库数据库：${reason}`,
  demoModel: '正在使用内置的演示模型，它只认识绘制的场景。要使用真正的模型：vignette models download REPO',
  previousVersion: (file, backup) => `“${file}”之前的版本保存在“${backup}”。`,
  more: (count) => `… 还有 ${number(count)} 个。`,
  moreAbove: (count) => `… 还有 ${number(count)} 个，已在上面列出。`,
  kept: (count) => `${number(count)} 个保留（已有文字）`,
  photos: (count) => `${number(count)} 张照片`,
  warning: ({ code, message, parts = [] }) => chat.warnings[code]?.(parts) ?? message,

  openToNetwork: (host) =>
    `警告：其他电脑可以不经加密访问 ${host}：网络上的任何人都能看到照片和此页面的密钥。\n` +
    '为安全起见，请去掉 --host 并使用“ssh -L”，或使用带 TLS 的代理和 --allow-host。',
  browserConnected: (url) => `已有浏览器连接。要连接另一个浏览器：${url}`,
};
