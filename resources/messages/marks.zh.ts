/** @file 简体中文: ratings, flags and color labels. */
import type { MarkChange } from '../../schemas/marks.ts';
import { chinese } from './format.ts';
import type { marks as en } from './marks.en.ts';

const photos = (count: number): string => `${chinese.number(count)} 张照片`;

const labels = { red: '红色', yellow: '黄色', green: '绿色', blue: '蓝色', purple: '紫色' };

function stars(count: number): string {
  return count === 0 ? '无星级' : `${count} 星`;
}

function name(change: MarkChange): string {
  if (change.value === 'fromFile') {
    return { rating: '使用文件中的星级', flag: '移除自己的旗标', label: '使用文件中的色标' }[change.kind];
  }
  if (change.kind === 'rating') return stars(change.value);
  if (change.kind === 'flag') return { pick: '留用', reject: '排除', none: '移除旗标' }[change.value];
  return change.value === 'none' ? '无色标' : labels[change.value];
}

export const marks: typeof en = {
  title: '星级、旗标和色标',
  rating: '星级',
  flag: '旗标',
  label: '色标',
  labels,
  stars,
  picked: '留用',
  rejected: '排除',
  labelled: (label) => `色标：${label}`,
  name,
  command: (change) =>
    change.kind === 'label' && change.value !== 'fromFile' && change.value !== 'none'
      ? `色标：${labels[change.value]}`
      : change.kind === 'rating' && change.value !== 'fromFile'
        ? `星级：${stars(change.value)}`
        : name(change),
  done: (what, count) => (count === 1 ? what : `${what}（${photos(count)}）`),
  nothingChanged: (what) => `已是：${what}`,
  own: '在此设置',
  fromFile: '来自文件',
};
