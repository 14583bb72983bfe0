/** @file 简体中文: captions that are written, searched and exported on the command line. */
import type { TextKind } from '../../../schemas/text.ts';
import { chinese } from '../format.ts';
import type { photos as en } from './photos.en.ts';

const number = (value: number): string => chinese.number(value);

export const photos: typeof en = {
  lookingForPhotos: (found) => `正在查找照片：已找到 ${number(found)} 张`,
  checkingPhotos: (done, total) => `正在检查照片：${number(done)} / ${number(total)}`,
  findingStacks: (done) => `正在查找堆叠：已查看 ${number(done)} 张照片`,
  noPhotosIn: (paths) => `在 ${paths.join('、')} 中没有找到照片。`,
  written: {
    caption: (count) => `已为 ${number(count)} 张照片生成说明`,
    altText: (count) => `已为 ${number(count)} 张照片生成替代文本`,
    longDescription: (count) => `已为 ${number(count)} 张照片生成详细描述`,
  },
  copied: (count) => `其中 ${number(count)} 张沿用堆叠中另一张照片的文字`,
  answers: {
    done: (count) => `已就 ${number(count)} 张照片的问题作答`,
    stopped: (done, total) =>
      `已停止：${number(total)} 张照片中已有 ${number(done)} 张有了回答。再次运行同一命令即可继续。`,
    interrupted: (done, total) =>
      `已中断：${number(total)} 张照片中已有 ${number(done)} 张有了回答。再次运行同一命令即可继续。`,
  },
  doneBefore: (count) => `${number(count)} 张此前已完成`,
  doubtful: (count) => `其中 ${number(count)} 条存疑`,
  result: (counts) => `${counts}。`,
  resultIn: (counts, place) => `${counts}。已写入“${place}”。`,
  resultBeside: (counts) => `${counts}。已写入照片旁的附属文件。`,
  stopped: (done, total, kind) => `已停止：${soFar(done, total, kind)}`,
  interrupted: (done, total, kind) => `已中断：${soFar(done, total, kind)}`,
  doTheRest: (count) =>
    `还剩 ${number(count)} 张照片。去掉 --try 再次运行同一命令即可处理其余照片，已试过的不会重复处理。`,
  noExactMatch: (query) => `没有完全匹配的结果。已改为搜索：${query}`,
  noneFound: '没有找到照片。',
  showing: (shown, total) => `显示 ${number(total)} 张照片中的 ${number(shown)} 张。要显示更多，请使用 --limit。`,
  textOnly: (reason) => `仅搜索文字：${reason}`,
  sidecarsWritten: (count) => `已写入 ${number(count)} 个附属文件`,
  embedded: (count) => `${number(count)} 张照片的文件已是最新`,
  restored: (count) => `已恢复 ${number(count)} 张照片的文件`,
  datasetWritten: (photos, folder) => {
    const counts = Object.entries(photos).filter(([, count]) => count > 0);
    if (counts.length === 0) return '没有可导出的内容。';
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const shares = counts.map(([name, count]) => `${name} ${number(count)}`).join('、');
    return `已将 ${number(total)} 张照片写入“${folder}”（${shares}）。`;
  },
  writtenTo: (count, file) => `已将 ${number(count)} 张照片写入“${file}”。`,
};

const texts: Readonly<Record<TextKind, string>> = { caption: '说明', altText: '替代文本', longDescription: '详细描述' };

function soFar(done: number, total: number, kind: TextKind): string {
  const goOn = done === 0 ? '' : '再次运行同一命令即可继续。';
  return `${number(total)} 张照片中已有 ${number(done)} 张生成${texts[kind]}。${goOn}`;
}
