/** @file The command line in Chinese: results, progress and tables for people, and what scripts read as it always is. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../../main/cli/columns.ts';
import type { Quality } from '../../../native-models/compiler/quality.ts';
import { answerOf, CliDouble, type CliDoubleOptions, interruptedAt, modelCalled } from './cliDouble.ts';

const env = { LC_ALL: 'zh_CN.UTF-8' };

class ChineseCli {
  readonly cli: CliDouble;

  constructor(cli: CliDouble) {
    this.cli = cli;
  }

  async run(args: readonly string[], options: CliDoubleOptions = {}) {
    return await this.cli.run(args, { ...options, env });
  }

  /** What is said, without the test's paths. */
  async said(args: readonly string[], options: CliDoubleOptions = {}): Promise<string> {
    const { out, err } = await this.run(args, options);
    return (out + err).replaceAll(`${this.cli.folder}${path.sep}`, '').replaceAll(this.cli.libraryFolder, '库');
  }
}

async function chinese(...files: Parameters<CliDouble['files']>): Promise<ChineseCli> {
  const cli = await CliDouble.create();
  await cli.files(...files);
  return new ChineseCli(cli);
}

/** Words of English beside names, options and commands to type. */
function english(text: string): string[] {
  const kept = text
    .replaceAll(/vignette( [a-z]+)+( [A-Z]+| --[a-z]+| \d+)*/g, '')
    .replaceAll(/[\w./-]*\.(jpg|json|bak|db|sqlite)\b|--[a-z-]+|a\s+photo\s+of|tiny|demo|doubtful:yes/g, '');
  return kept.match(/[A-Za-z]{2,} [a-z]{2,}/g) ?? [];
}

describe('in Chinese', () => {
  it('captions go to a file with progress and a summary', async () => {
    const zh = await chinese('p/a.jpg', 'p/b.jpg');
    const { err } = await zh.run(['caption', 'p', '--out', 'c.json'], { tty: true });
    expect(err).toMatch(/1\/2 · ([\d.]+ 张\/秒|每张 [\d.]+ 秒) · 剩余 \d+ 秒 · p\/b\.jpg/);
    expect(err).toContain('正在加载模型…');
    expect(err).toContain(`已为 2 张照片生成说明。已写入“${zh.cli.path('c.json')}”。\n`);
    expect(english(err.replaceAll(zh.cli.folder, ''))).toEqual([]);
    await zh.cli.files('p/c.jpg');
    expect(await zh.said(['caption', 'p', '--out', 'c.json', '--prompt', 'a photo of'])).toBe(
      '已为 1 张照片生成说明，2 张此前已完成。已写入“c.json”。\n',
    );
    await writeFile(zh.cli.path('c.json'), 'mine');
    expect(await zh.said(['caption', 'p', '--out', 'c.json'])).toContain(
      '“c.json”之前的版本保存在“c.json.bak”。\n已为 0 张照片生成说明，3 张此前已完成。',
    );
  });

  it('what fails, is kept or is interrupted is told of', async () => {
    const zh = await chinese('p/a.jpg', 'p/b.jpg', ['p/a.txt', 'by hand']);
    const answer = () => {
      throw Object.assign(new Error('no words'), { code: 'INTERNAL' });
    };
    const failed = await zh.said(['caption', 'p', '--format', 'txt'], { answer });
    expect(failed).toMatch(/^失败：p\/b\.jpg：出现意外错误：no words$/m);
    expect(failed).toContain('已为 0 张照片生成说明，1 个保留（已有文字），1 个失败。已写入照片旁的附属文件。');
    const interrupted = await zh.said(['caption', 'p'], { answer: interruptedAt('b.jpg') });
    expect(interrupted).toContain('已中断：2 张照片中已有 1 张生成说明。再次运行同一命令即可继续。');
    await mkdir(zh.cli.path('empty'));
    expect(await zh.said(['caption', 'empty'])).toBe('在 empty 中没有找到照片。\n');
  });

  it('warnings about a prompt are said by their codes', async () => {
    const zh = await chinese('a.jpg');
    const warnings = [{ code: 'PROMPT_CUT' as const, message: 'A part was cut off.' }];
    const { out, err } = await zh.run(['ask', 'a.jpg', 'what?'], { answer: () => answerOf('Boats.', { warnings }) });
    expect(out).toBe('Boats.\n');
    expect(err).toContain('问题对此模型来说过长，有一部分被截断。\n');
    expect(err).not.toContain('cut off');
    const cut = await zh.run(['caption', 'a.jpg'], { answer: () => answerOf('Boats and', { finish: 'length' }) });
    expect(cut.err).toContain('文字达到长度上限，已被截断。\n');
  });

  it('a library is filled, listed, scanned, checked and backed up', async () => {
    const zh = await chinese('p/a.jpg', 'p/b.jpg', 'p/c.jpg');
    expect(await zh.said(['library', 'status'])).toBe('图库“库”是空的。添加文件夹：vignette library add FOLDER\n');
    expect(await zh.said(['library', 'list'])).toBe('图库中没有文件夹。添加文件夹：vignette library add FOLDER\n');
    expect(await zh.said(['library', 'add', 'p', '--ignore', '*.png'])).toBe(
      '已添加“p”。\n运行 vignette library scan 以读取其中的照片。\n',
    );
    expect(await zh.said(['library', 'scan'])).toMatch(/^1 个文件夹，3 张照片：3 张新增/);
    await zh.run(['caption', 'p/a.jpg', 'p/b.jpg']);
    await rm(zh.cli.path('p', 'c.jpg'));
    await rename(zh.cli.path('p', 'b.jpg'), zh.cli.path('p', 'd.jpg'));
    expect(await zh.said(['library', 'scan'])).toContain('2 张照片：0 张新增，1 张已移动或重新出现，1 张缺失。');
    expect(await zh.said(['library', 'list'])).toMatch(/^文件夹.* 照片 {2}缺失 {2}大小 +备注\np .* 忽略 \*\.png\n$/);
    const status = await zh.said(['library', 'status']);
    expect(status).toMatch(/^照片 +2（\d+ B），1 张缺失/m);
    expect(status).toMatch(/^有说明 +2：人工撰写 0，模型生成 2，导入 0$/m);
    expect(status).toMatch(/^等待中 +无$/m);
    expect(status).toMatch(/^磁盘占用 +数据库 .*，备份 .*，缩略图 .*，特征缓存 .*，向量 .*，模型 /m);
    expect(english(status)).toEqual([]);
    expect(await zh.said(['library', 'check'])).toContain('图库数据库没有损坏。\n');
    const backups = await zh.said(['library', 'restore', '--list']);
    expect(backups).toMatch(/^备份 +时间 +大小\n|^还没有备份。\n$/);
    expect(await zh.said(['library', 'remove', 'p'])).toBe('已从图库移除“p”。\n');
  });

  it('runs are listed, shown, undone and redone', async () => {
    const zh = await chinese('p/1.jpg', 'p/2.jpg');
    expect(await zh.said(['runs', 'list'])).toBe('还没有任务。\n');
    await zh.run(['caption', 'p']);
    expect(await zh.said(['runs', 'list'])).toMatch(/^编号.* 状态\n1 .* 为 p 生成说明 +tiny +已完成\n$/s);
    const shown = await zh.said(['runs', 'show', '1']);
    expect(shown).toMatch(/^任务 +1：为 p 生成说明\n状态 +已完成\n开始 +/);
    expect(shown).toMatch(/^更改 +2 处更改$/m);
    expect(shown).toMatch(/^撤销：vignette runs undo 1$/m);
    expect(await zh.said(['runs', 'undo', '1'])).toContain(
      '已撤销任务 1：撤销了 2 处更改。\n重做：vignette runs undo 2\n',
    );
    expect(await zh.said(['runs', 'list'])).toContain('已完成，已由任务 2 撤销');
    expect(await zh.said(['runs', 'undo', '2'])).toContain('已重做任务 1：重做了 2 处更改。');
  });

  it('photos are searched and exported', async () => {
    const zh = await chinese('p/a.jpg', 'p/b.jpg', 'p/c.jpg');
    expect(await zh.said(['search', 'sea'])).toBe('图库是空的。添加文件夹：vignette library add FOLDER\n');
    await zh.run(['caption', 'p']);
    expect((await zh.run(['search', 'photo', '--limit', '2', '--words'])).err).toBe(
      '显示 3 张照片中的 2 张。要显示更多，请使用 --limit。\n',
    );
    expect((await zh.run(['search', 'submarine'])).err).toBe('没有找到照片。\n');
    expect((await zh.run(['search', 'photo', 'cal'])).err).toBe('没有完全匹配的结果。已改为搜索：photo cal*\n');
    expect(await zh.said(['export', '--out', 'all.json'])).toContain('已将 3 张照片写入“all.json”。\n');
    await zh.cli.files(['p/a.txt', 'by hand']);
    expect(await zh.said(['export', '--format', 'txt'])).toContain('已写入 2 个附属文件，1 个保留（已有文字）。\n');
  });

  it('models are listed, with what was measured of them, and made', async () => {
    const zh = await chinese();
    const { facts, ...rest } = modelCalled('small');
    const quality: Quality = { type: 'unmeasured', lacks: 'memory', neededBytes: 16.1e9 };
    const small = { ...rest, ...(facts === undefined ? {} : { facts: { ...facts, precision: 'int4', quality } }) };
    const models = [modelCalled('demo', { bundled: true }), small];
    expect((await zh.run(['models', 'list'], { models })).out).toBe(
      [
        'ID     用途        架构             精度  大小    来源              备注',
        'demo   说明、回答  instructblip-t5  fp32  8.3 MB  demo-checkpoint   内置演示模型',
        'small  说明、回答  instructblip-t5  int4  8.3 MB  small-checkpoint  未与 fp32 比较：需要 16.1 GB 内存',
        '',
      ].join('\n'),
    );
    const known = (await zh.run(['models', 'list', '--known'], { models })).out;
    expect(known).toMatch(/^仓库 +用途 +许可协议 +下载大小 +精度 +磁盘占用 +所需空间 +本机\n/);
    expect(known).toMatch(/：在 CPU 上每张照片约 \d+ 秒/);
    expect(known.match(/；推荐/g)).toHaveLength(1);
    expect(english(known.replaceAll(/CC BY-NC|[\w.-]+\/[\w.-]+/g, ''))).toEqual([]);
    const modelActions = { verify: async () => ({ id: 'demo', files: 12 }), remove: async () => undefined };
    expect((await zh.run(['models', 'verify', 'demo'], { models, modelActions })).out).toBe(
      'demo 完好：12 个文件未变，计算结果正确。\n',
    );
    expect((await zh.run(['models', 'remove', 'small'], { models, modelActions })).err).toBe('已移除 small。\n');
    expect((await zh.run(['models', 'list'], { models: [] })).err).toContain('未安装模型。');
  });

  it('tags are listed, and a keyword list is imported with what it could not take', async () => {
    const zh = await chinese(['keywords.txt', '动物\n\t狗\n\t\t{小狗}\n\tAC/DC\n']);
    const imported = await zh.run(['tags', 'import', 'keywords.txt']);
    expect(imported.code).toBe(3);
    expect(imported.err).toBe(
      '第 4 行，动物/AC∕DC：名称中的斜杠已被替换，因为斜杠用于分隔子标签\n已将 3 个标签和 1 个同义词导入词表。\n',
    );
    await zh.cli.files(['more.csv', 'keyword,synonyms\n动物/狗,犬\n']);
    expect(await zh.said(['tags', 'import', 'more.csv'])).toBe('已将 1 个标签和 1 个同义词导入词表。\n');
    expect(await zh.said(['tags', 'list', '--vocabulary'])).toBe('动物\n动物/AC∕DC\n动物/狗 {小狗} {犬}\n');
    expect(await zh.said(['tags', 'list'])).toMatch(/^动物\/狗 +0 +是$/m);
    await zh.run(['tags', 'import', 'more.csv', '--replace']);
    expect(JSON.parse((await zh.run(['tags', 'list', '--vocabulary', '--json'])).out)).toEqual([
      { path: '动物/狗', synonyms: ['犬'] },
    ]);
    expect(await zh.said(['tags', 'import', 'gone.txt'])).toContain('无法读取文件“gone.txt”');
  });

  it('presets are listed, saved and removed', async () => {
    const zh = await chinese();
    expect(await zh.said(['presets', 'save', 'cats', 'how many cats?', '--question'])).toBe('已保存预设“cats”。\n');
    const list = await zh.said(['presets', 'list']);
    expect(list).toMatch(/^名称 +用途$/m);
    expect(list).toMatch(/^cats +自定义$/m);
    expect(list).toMatch(/^story +关于照片的小故事$/m);
    expect(await zh.said(['presets', 'show', 'cats'])).toMatch(/^模型 +提示词$/m);
    expect(await zh.said(['presets', 'remove', 'cats'])).toBe('已移除预设“cats”。\n');
  });
});

const commands = [
  ...['', 'caption', 'ask', 'score', 'search', 'export', 'import', 'mark', 'serve'],
  ...['', ' add', ' list', ' scan', ' embed', ' status', ' check', ' remove', ' restore'].map(
    (name) => `library${name}`,
  ),
  ...['', ' list', ' import'].map((name) => `tags${name}`),
  ...['', ' list', ' show', ' undo'].map((name) => `runs${name}`),
  ...['', ' list', ' show', ' save', ' remove'].map((name) => `presets${name}`),
  ...['', ' list', ' save', ' remove'].map((name) => `fields${name}`),
  ...['', ' list', ' download', ' import', ' verify', ' calibrate', ' pack', ' remove'].map((name) => `models${name}`),
];

describe('help in Chinese', () => {
  it.each(commands)('on %j is all Chinese, and its lines fit', async (command) => {
    const zh = await chinese();
    const { code, out } = await zh.run([...command.split(' ').filter((name) => name !== ''), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^用法： vignette ${command}`));
    const names = /Hugging Face|JSON Lines|hf\s+auth\s+login|models import|\[options\] \[command\]/g;
    expect(english(out.replaceAll(names, ''))).toEqual([]);
    for (const line of out.trimEnd().split('\n')) {
      expect(widthOf(line), line).toBeLessThanOrEqual(100);
      // An option, an argument or a command, with what is said of it.
      if (/^ {2}\S.* {2}\S/.test(line)) expect(line).toMatch(/\p{Script=Han}/u);
    }
  });

  it('covers every command', async () => {
    const cli = await CliDouble.create();
    for (const group of ['', 'library', 'tags', 'fields', 'runs', 'presets', 'models']) {
      const { out } = await cli.run([...(group === '' ? [] : [group]), '--help']);
      for (const [, name = ''] of out.slice(out.indexOf('\nCommands:')).matchAll(/^ {2}([a-z]+)/gm)) {
        if (name !== 'help') expect(commands).toContain(`${group} ${name}`.trim());
      }
    }
  });
});

describe('what scripts read', () => {
  it('is the same in every language', async () => {
    const zh = await chinese('p/a.jpg', 'p/b.jpg');
    const readable = [
      ['caption', 'p'],
      ['caption', 'p', '--json'],
      ['caption', 'p', '--format', 'txt', '--json'],
      ['library', 'list', '--json'],
      ['library', 'scan', '--json'],
      ['library', 'check', '--json'],
      ['search', 'photo'],
      ['search', 'photo', '--json'],
      ['export', '--format', 'csv', '--tags'],
      ['models', 'list', '--json'],
      ['models', 'list', '--known', '--json'],
      ['presets', 'list', '--json'],
    ];
    await zh.cli.run(['caption', 'p']);
    await zh.cli.run(['library', 'scan']);
    for (const command of readable) {
      const inEnglish = await zh.cli.run(command);
      const inChinese = await zh.run(command);
      expect(inEnglish.code, command.join(' ')).toBe(0);
      expect(inChinese.out, command.join(' ')).toBe(inEnglish.out);
    }
  });
});

it('columns are as wide as a terminal shows them', async () => {
  const zh = await chinese('p/a.jpg', '海边的照片/b.jpg');
  await zh.run(['library', 'add', 'p', '海边的照片']);
  await zh.run(['library', 'scan']);
  const lines = (await zh.run(['library', 'list'])).out.trimEnd().split('\n');
  const sizes = lines.map((line) => widthOf(line.slice(0, line.search(/大小|\d+ B/))));
  expect(new Set(sizes).size, lines.join('\n')).toBe(1);
});
