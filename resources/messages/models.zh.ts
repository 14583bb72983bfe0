/** @file 简体中文： the page of models. */
import type { models as en } from './models.en.ts';

export const models: typeof en = {
  title: '模型',
  intro: '一切都在本机运行。模型只需下载一次，由 Vignette 编译。',
  installed: '已安装',
  list: '已安装的模型',
  kinds: { generator: '撰写说明与回答', matcher: '评判说明，按内容找照片' },
  unknownKind: '未知',
  bundled: '随 Vignette 附带',
  demo: '演示用：只认识手绘场景。',
  demoNotice: '演示模型只认识演示照片中的手绘场景。要处理自己的照片，请下载或导入真正的模型。',
  usualWriter: '默认撰写',
  usualJudge: '默认评判',
  makeUsualWriter: '默认用它撰写',
  makeUsualJudge: '默认用它评判',
  nowUsual: (id) => `现在默认使用 ${id}。`,
  architecture: '架构',
  precision: '精度',
  precisions: {
    auto: '自动',
    fp32: 'fp32：精确，最大，最慢',
    fp16: 'fp16：用于显卡',
    int8: 'int8：接近精确，速度快',
    int4: 'int4：最小，速度快',
  },
  chosenPrecision: ({ precision, sizes, memoryBytes, card }, bytes) => {
    const size = bytes(sizes[precision]);
    if (precision === 'fp32') return `以 fp32 存储：模型很小（${size}）。`;
    if (card !== null)
      return `以 ${precision} 存储：${size}，而非 ${bytes(sizes.fp32)}；显卡（${card.name}）可用显存有 ${bytes(card.freeBytes)}，足以容纳。`;
    if (precision === 'int8')
      return `以 int8 存储：${size}，而非 ${bytes(sizes.fp32)}；内存有 ${bytes(memoryBytes)}，足够宽裕。`;
    return `以 int4 存储：${size}，而非 ${bytes(sizes.fp32)}；int8 需要 ${bytes(sizes.int8)}，而内存只有 ${bytes(memoryBytes)}。`;
  },
  quality: '准确度',
  qualityOf: (quality, bytes) => {
    if (quality.type === 'unmeasured') {
      const { lacks, neededBytes } = quality;
      return `未与 fp32 比较：需要 ${bytes(neededBytes)} ${lacks === 'memory' ? '内存' : '磁盘空间'}`;
    }
    if (quality.type === 'notKept') return '未与 fp32 比较：原始权重未保留';
    const { equal, predictions, pictures, wideLayers } = quality;
    const wide = wideLayers === 0 ? '' : `；${wideLayers} 层以更高精度存储`;
    return `${pictures} 张测试图片的 ${predictions} 次预测中，${equal} 次与 fp32 相同${wide}`;
  },
  otherPrecision: '其他精度…',
  otherPrecisionOf: (id) => `其他精度：${id}`,
  needsCheckpoint: (id, precision) =>
    `${id} 以 ${precision} 存储：权重已经过舍入，而其他精度需要由精确的权重生成。请填写其原始模型的文件夹，或重新下载。`,
  size: '大小',
  source: '来源',
  damaged: '无法使用',
  test: '测试',
  testing: '正在测试…',
  testOf: (id) => `测试 ${id}`,
  testResult: '在本机上',
  device: '设备',
  loadTime: '加载',
  selfTest: '自检',
  passed: '通过',
  notPassed: '未通过',
  answerTime: '一次回答',
  matchTime: '一次比较',
  stages: {
    imageMs: '读取照片',
    visionMs: '观察照片',
    qformerMs: '与文字关联',
    prefillMs: '读取文字',
    decodeMs: '书写',
    totalMs: '合计',
    total: '合计',
  },
  testFailed: '测试失败',
  pack: '导出…',
  packOf: (id) => `导出 ${id}`,
  packing: (fileName, size) => `正在保存 ${fileName}（${size}）。可在没有网络的电脑上导入。`,
  remove: '移除…',
  removeOf: (id) => `移除 ${id}`,
  removeTitle: (id) => `移除 ${id}？`,
  removeText: (size) => `编译后的模型将被删除，释放 ${size}。它写过的内容会保留，导入时的原文件夹不受影响。`,
  removed: (id) => `已移除 ${id}。`,
  importTitle: '导入模型',
  importText:
    '下载得到的整个文件夹（config.json、权重、分词器），或从别处导出的模型（.vignette-model）。只会读取，不会改动。',
  path: '文件夹或文件的路径',
  pathExample: '/home/me/Downloads/instructblip-flan-t5-xl',
  dropHint: '也可以把路径或文件地址拖放到这里。',
  name: '名称',
  nameHint: '留空则使用原有的名称',
  choosePack: '选择文件…',
  replace: '替换同名的模型',
  replaceHint: '新模型完成并通过测试之前，原模型会保留。',
  import: '导入',
  importing: (name) => `正在导入 ${name}`,
  importSteps: {
    unpack: '正在复制',
    compile: '正在编译',
    hash: '正在核对文件',
    verify: '正在测试',
    measure: '正在与 fp32 比较',
  },
  ofBytes: (done, total) => `${done} / ${total}`,
  stopImport: '停止',
  stopped: '已停止。下次导入时从这里继续。',
  imported: (id) => `${id} 已就绪。`,
  importFailed: '导入失败',
  noWriterTitle: '没有安装能撰写的模型',
};
