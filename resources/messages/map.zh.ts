/** @file 简体中文: the map. */
import { chinese } from './format.ts';
import type { map as en } from './map.en.ts';

export const map: typeof en = {
  title: '地图',
  located: (photos) => `${chinese.number(photos)} 张照片有位置信息`,
  locatedOf: (photos, query) => `与 ${query} 匹配的照片中，${chinese.number(photos)} 张有位置信息`,
  allPhotos: '显示所有照片',
  showInView: (photos) => `在图库中显示 ${chinese.number(photos)} 张照片`,
  cluster: (photos) => `${chinese.number(photos)} 张照片`,
  hint: '地图。方向键移动，加号和减号缩放，Tab 键转到照片。按住 Shift 拖动可显示该区域的照片。',
  zoomIn: '放大',
  zoomOut: '缩小',
  credit: '轮廓：Natural Earth',
  emptyTitle: '没有带位置信息的照片',
  emptyText: '带 GPS 数据的照片会显示在地图上。',
  emptyOfQuery: '匹配的照片都没有 GPS 数据。',
};
