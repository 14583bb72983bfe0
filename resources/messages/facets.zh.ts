/** @file 简体中文: the facets below the filter bar. */
import type { facets as en } from './facets.en.ts';
import { chinese } from './format.ts';

export const facets: typeof en = {
  facets: '按值筛选',
  show: '显示可筛选的值',
  nothing: '当前照片没有可筛选的值。',
  names: {
    taken: '拍摄日期',
    folder: '文件夹',
    camera: '相机',
    lens: '镜头',
    rating: '星级',
    flag: '旗标',
    label: '色标',
    tag: '标签',
    person: '人物',
    place: '地点',
    source: '说明来源',
    model: '模型',
    state: '状态',
  },
  none: '无',
  sources: { human: '人工', model: '模型', import: '导入' },
  states: {
    doubtful: '存疑',
    stale: '已过时',
    failed: '失败',
    captioned: '无说明',
    tagged: '无标签',
  },
  valueName: (value, photos) => `${value}，${chinese.number(photos)} 张照片`,
  more: (values) => `还有 ${chinese.number(values)} 个`,
};
