/** @file 简体中文: folders, catalog and backups on the command line. */
import { chinese } from '../format.ts';
import type { library as en } from './library.en.ts';
import { formatBytes, formatTime } from './quantities.ts';

const number = (value: number): string => chinese.number(value);

/** By code of what `library check` finds. */
const problems: Readonly<Record<string, (count: number) => string>> = {
  DAMAGED: () => '图库数据库文件已损坏。',
  BROKEN_REFERENCE: () => '图库数据库中有记录指向不存在的记录。',
  SHOWN_CAPTION: (count) => `${number(count)} 张照片显示的不是应显示的说明。`,
  SHOWN_ANSWER: (count) =>
    `${number(count)} 张照片的回答显示有误：显示了已移除的回答，同一问题显示了两个回答，或没有显示。`,
  FULL_TEXT: (count) => `${number(count)} 张照片无法按文字搜索。`,
  RUN_WITHOUT_JOBS: () => '有任务已没有待处理项，却未标记为完成。',
  RUN_COUNTS: () => '有任务的计数与其待处理项不符。',
  RESULT_TWICE: () => '有任务为同一张照片生成了两个结果。',
  JOB_WITHOUT_QUESTION: () => '有待处理项缺少问题，或含有多余的问题。',
};

export const library: typeof en = {
  empty: (folder) => `图库“${folder}”是空的。添加文件夹：vignette library add FOLDER`,
  noFolders: '图库中没有文件夹。添加文件夹：vignette library add FOLDER',
  folderColumns: ['文件夹', '照片', '缺失', '大小', '备注'],
  away: '未连接',
  notWatched: '不监视',
  without: (patterns) => `忽略 ${patterns.join('、')}`,
  notes: (notes) => notes.join('；'),
  added: (folder) => `已添加“${folder}”。`,
  nowPart: (folders) => `${folders.map((folder) => `“${folder}”`).join('、')}现已并入其中，说明和标签均已保留。`,
  known: (folder) => `“${folder}”已在图库中。`,
  returned: (folder) => `“${folder}”是之前未连接的图库文件夹，其说明和标签已恢复。`,
  toScan: '运行 vignette library scan 以读取其中的照片。',
  removed: (folder) => `已从图库移除“${folder}”。`,

  comparing: (files, expected) =>
    expected === undefined
      ? `正在比较：${number(files)} 个文件`
      : `正在比较：${number(files)} 个文件，共约 ${number(expected)} 个`,
  perSecond: (count) => `${number(count)} 个/秒`,
  readingNew: (read) => `正在读取新照片：已读取 ${number(read)} 张`,
  new: (count) => `${number(count)} 张新增`,
  changed: (count) => `${number(count)} 张已更改`,
  moved: (count) => `${number(count)} 张已移动或重新出现`,
  missing: (count) => `${number(count)} 张缺失`,
  scanned: (files, folders, counts) => `${number(folders)} 个文件夹，${number(files)} 张照片：${counts}。`,
  readMetadata: (count) => `已读取 ${number(count)} 张照片的元数据。`,
  purged: (count) => `${number(count)} 张照片已超过保留期限，已从图库数据库移除。`,
  offline: (folder) => `未连接：“${folder}”。其中的照片会保留。`,
  stillWritten: '部分文件仍在写入，请稍后重新扫描。',
  indexed: (done, total) => `已为 ${number(total)} 张照片中的 ${number(done)} 张建立视觉搜索索引。`,

  fieldColumns: ['字段', '类型', '照片', '不符', '问题'],
  fieldSaved: (name) => `已保存字段“${name}”，回答没有改变。`,
  fieldRemoved: (name) => `已移除字段“${name}”，回答保留不变。`,
  tagColumns: ['标签', '照片', '词表'],
  inVocabulary: '是',
  keywordsImported: (tags, synonyms) =>
    `已将 ${chinese.number(tags)} 个标签和 ${chinese.number(synonyms)} 个同义词导入词表。`,

  checking: { line: '正在检查图库数据库…', logLine: '正在检查图库数据库。' },
  notDamaged: '图库数据库没有损坏。',
  problem: ({ code, message, ids }) => problems[code]?.(ids.length) ?? message,
  repaired: (problem) => `已修复：${problem}`,
  toRestore: '恢复备份：vignette library restore --list',
  toRepair: '修复：vignette library check --repair',
  restored: (takenAtMs) => `图库数据库已恢复到 ${formatTime(takenAtMs)} 的状态。`,
  beforeKept: (file) => `原来的数据库保存为“${file}”。`,
  noBackups: '还没有备份。',
  backupColumns: ['备份', '时间', '大小'],

  status: {
    library: '图库',
    folders: '文件夹',
    photos: '照片',
    captioned: '有说明',
    tagged: '有标签',
    doubtful: '存疑',
    stale: '已过时',
    waiting: '等待中',
    failed: '失败',
    unreadable: '无法读取',
    backups: '备份',
    models: '模型',
    onDisk: '磁盘占用',
  },
  folderCount: (count, away) => (away === 0 ? number(count) : `${number(count)}，其中 ${number(away)} 个未连接`),
  photoCount: (count, sizeBytes) => `${number(count)}（${formatBytes(sizeBytes)}）`,
  onAwayDrives: (count) => `${number(count)} 张在未连接的磁盘上`,
  unread: (count) => `${number(count)} 张尚未读取`,
  captionedBy: (count, people, models, imported) =>
    count === 0
      ? '0'
      : `${number(count)}：人工撰写 ${number(people)}，模型生成 ${number(models)}，导入 ${number(imported)}`,
  doubtfulCount: (count) => `${number(count)}（搜索：doubtful:yes）`,
  staleCount: (count) => `${number(count)}：生成说明后又被编辑`,
  nothingWaits: '无',
  jobs: (count) => `${number(count)} 项`,
  run: (id, title, state) => `任务 ${id}：${title}（${state}）`,
  reason: (count, reason) => `${number(count)}：${reason}`,
  noBackup: '暂无',
  newestBackup: (count, takenAtMs) => `${number(count)} 个，最新的是 ${formatTime(takenAtMs)}`,
  noModels: '无',
  sizes: {
    catalog: '数据库',
    backups: '备份',
    thumbnails: '缩略图',
    features: '特征缓存',
    vectors: '向量',
    models: '模型',
  },
};
