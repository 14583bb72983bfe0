/** @file 简体中文： the page of models. */
import type { models as en } from './models.en.ts';

export const models: typeof en = {
  title: '模型',
  intro: '所有模型都在本机运行。模型只需下载一次，由 Vignette 编译。',
  installed: '已安装',
  list: '已安装的模型',
  kinds: { generator: '生成说明和回答', matcher: '检查说明，查找照片' },
  unknownKind: '未知',
  bundled: '内置',
  demo: '演示用：只认识绘制的场景。',
  demoNotice: '演示模型只认识演示照片中绘制的场景。要处理自己的照片，请下载或导入真正的模型。',
  defaultWriter: '默认说明模型',
  defaultMatcher: '默认匹配模型',
  makeDefaultWriter: '设为默认说明模型',
  makeDefaultMatcher: '设为默认匹配模型',
  nowDefault: (id) => `${id} 已设为默认。`,
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
      return `以 ${precision} 存储：${size}，而非 ${bytes(sizes.fp32)}。显卡（${card.name}）可用显存为 ${bytes(card.freeBytes)}。`;
    if (precision === 'int8')
      return `以 int8 存储：${size}，而非 ${bytes(sizes.fp32)}。本机内存为 ${bytes(memoryBytes)}。`;
    return `以 int4 存储：${size}，而非 ${bytes(sizes.fp32)}。int8 需要 ${bytes(sizes.int8)}，而内存只有 ${bytes(memoryBytes)}。`;
  },
  quality: '准确度',
  qualityOf: (quality, bytes) => {
    if (quality.type === 'unmeasured') {
      const { lacks, neededBytes } = quality;
      return `未与 fp32 比较：需要 ${bytes(neededBytes)} ${lacks === 'memory' ? '内存' : '磁盘空间'}`;
    }
    if (quality.type === 'notKept') return '未与 fp32 比较：原始权重未保留';
    const { equal, predictions, pictures, wideLayers, lacksRoom } = quality;
    const wide = wideLayers === 0 ? '' : `；${wideLayers} 层以更高精度存储`;
    const room = lacksRoom ? '；磁盘空间不足，无法以更高精度存储部分层' : '';
    return `${pictures} 张测试图片的 ${predictions} 次预测中，${equal} 次与 fp32 相同${wide}${room}`;
  },
  otherPrecision: '其他精度…',
  otherPrecisionOf: (id) => `其他精度：${id}`,
  needsCheckpoint: (id, precision) =>
    `${id} 以 ${precision} 存储，而其他精度只能由精确的权重生成。请输入其原始模型的文件夹，或重新下载。`,
  size: '大小',
  source: '来源',
  damaged: '无法使用',
  test: '测试',
  testing: '正在测试…',
  testOf: (id) => `测试 ${id}`,
  testResult: '在本机上',
  device: '设备',
  loadTime: '加载时间',
  selfTest: '自检',
  passed: '通过',
  notPassed: '未通过',
  answerTime: '回答时间',
  matchTime: '匹配时间',
  stages: {
    imageMs: '读取照片',
    visionMs: '编码照片',
    qformerMs: '匹配照片与文字',
    prefillMs: '读取文字',
    decodeMs: '生成回答',
    totalMs: '总计',
    total: '总计',
  },
  testFailed: '测试失败',
  pack: '导出…',
  packOf: (id) => `导出 ${id}`,
  packing: (fileName, size) => `正在保存 ${fileName}（${size}）。可在没有网络的电脑上导入。`,
  remove: '移除…',
  removeOf: (id) => `移除 ${id}`,
  removeTitle: (id) => `移除 ${id}？`,
  removeText: (size) => `编译后的模型将被删除，释放 ${size}。它生成的说明和回答会保留，导入时的文件夹不受影响。`,
  removed: (id) => `已移除 ${id}。`,
  importTitle: '导入模型',
  importText: '下载的模型文件夹（config.json、权重、分词器），或导出的模型（.vignette-model）。其中的文件不会更改。',
  path: '文件夹或文件路径',
  pathExample: '/home/me/Downloads/instructblip-flan-t5-xl',
  dropHint: '也可以将路径或文件 URL 拖放到此处。',
  name: '名称',
  nameHint: '默认使用原名称',
  choosePack: '选择文件…',
  replace: '替换现有模型',
  replaceHint: '新模型完成并通过测试之前，会保留现有模型。',
  import: '导入',
  importing: (name) => `正在导入 ${name}`,
  importSteps: {
    unpack: '正在复制',
    compile: '正在编译',
    hash: '正在验证文件',
    verify: '正在测试',
    measure: '正在与 fp32 比较',
  },
  ofBytes: (done, total) => `${done} / ${total}`,
  stopImport: '停止',
  stopped: '已停止。下次导入时从此处继续。',
  imported: (id) => `${id} 已就绪。`,
  importFailed: '导入失败',
  noWriterTitle: '未安装说明模型',
};
