/** @file What a command says of options that make no sense, in the language of the system. */
import { describe, expect, it } from 'vitest';
import { commandLineTexts } from '../../../resources/messages/commandLine/texts.ts';
import { CliDouble } from './cliDouble.ts';

const mistakes: readonly (readonly [args: readonly string[], en: string, zh: string])[] = [
  [['caption', ''], 'A path is empty.', '有一个路径是空的。'],
  [['caption', 'p', '--out', ''], '--out requires a name.', '--out 需要一个名称。'],
  [
    ['caption', 'p', '--beams', '65'],
    '--beams must be a whole number from 1 to 64, not "65".',
    '--beams 必须是 1 到 64 之间的整数，而不是“65”。',
  ],
  [
    ['search', 'dog', '--limit', '0'],
    '--limit must be a whole number of at least 1, not "0".',
    '--limit 必须是不小于 1 的整数，而不是“0”。',
  ],
  [['export', '--format', 'json', '--no-captions'], 'Nothing to export.', '没有可以导出的内容。'],
  [['ask', 'p/a.jpg'], 'There is no question after "p/a.jpg".', '“p/a.jpg”后面没有问题。'],
  [['runs', 'show', 'x'], 'Enter the number of a run', '请输入 vignette runs list 列出的任务编号'],
];

/** Commander finds these: its English is its own. */
const unknowns: readonly (readonly [args: readonly string[], en: string, zh: string])[] = [
  [
    ['exports'],
    "error: unknown command 'exports'\n(Did you mean export?)\n",
    '错误：未知命令“exports”\n（是否想写 export？）\n',
  ],
  [['runs', 'zzz'], "error: unknown command 'zzz'\n", '错误：未知命令“zzz”\n'],
  [['caption'], "error: missing required argument 'PATH'\n", '错误：缺少参数“PATH”\n'],
  [
    ['score', 'a', 'b', 'c'],
    "error: too many arguments for 'score'. Expected 2 arguments but got 3: a, b, c.\n",
    '错误：“score”的参数过多\n',
  ],
  [['caption', 'p', '--colour'], "error: unknown option '--colour'\n", '错误：未知选项“--colour”\n'],
  [
    ['caption', 'p', '--promt', 'x'],
    "error: unknown option '--promt'\n(Did you mean --prompt?)\n",
    '错误：未知选项“--promt”\n（是否想写 --prompt？）\n',
  ],
  [['caption', 'p', '--out'], "error: option '--out <FILE>' argument missing\n", '错误：选项“--out <FILE>”缺少值\n'],
];

describe('a mistake in the command line', () => {
  it.each(unknowns)('%j is told of in the reader’s language', async (args, en, zh) => {
    const cli = await CliDouble.create();
    expect(await cli.run([...args], { env: { LANG: 'C' } })).toMatchObject({ code: 2, out: '', err: en });
    expect(await cli.run([...args], { env: { LANG: 'zh_CN.UTF-8' } })).toMatchObject({ code: 2, out: '', err: zh });
  });

  it.each(mistakes)('%j is told of in the reader’s language', async (args, en, zh) => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    for (const [LANG, sentence] of [
      ['de_DE.UTF-8', en],
      ['zh_CN.UTF-8', zh],
    ] as const) {
      const { code, err } = await cli.run([...args], { env: { LANG } });
      expect(code).toBe(2);
      expect(err).toContain(`vignette: ${sentence}`);
    }
  });

  it('breaks no line of help within a sentence: terminals differ in width', () => {
    const sayings = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : value instanceof Object ? Object.values(value).flatMap(sayings) : [];
    for (const { help, options } of Object.values(commandLineTexts)) {
      expect(sayings({ help, options }).length).toBeGreaterThan(100);
      expect(sayings({ help, options }).filter((saying) => /[^.:。：]\n/.test(saying))).toEqual([]);
    }
  });

  it('has a sentence in Chinese for each kind', () => {
    const { usage } = commandLineTexts.zh;
    const ranges = [
      { isWhole: true, from: 1, to: 2 },
      { isWhole: false, above: 0, to: 1 },
    ];
    const said = [
      ...Object.values(usage).filter((value) => typeof value === 'string'),
      ...(['path', 'photo', 'checkpoint', 'folder', 'question', 'text'] as const).map(usage.empty),
      ...ranges.map((range) => usage.outOfRange('--x', range, 'y')),
      usage.noChoice('--x', ['a', 'b'], 'y'),
      usage.invalid('--x', 2, 'too long'),
      usage.moreThan('--x', 3, '--y', 2),
      usage.severalModels(['a', 'b']),
    ];
    for (const sentence of said) expect(sentence).toMatch(/\p{Script=Han}/u);
    expect(usage.outOfRange('--x', { isWhole: false, above: 0, to: 1 }, 'y')).toBe(
      '--x 必须是大于 0 且不大于 1 的数字，而不是“y”。',
    );
  });
});
