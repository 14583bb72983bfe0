/**
 * @file PyTorch weight files whose pickle is made to run code or to exhaust the machine, or does not describe tensors: each
 * is refused with the code that says why, and nothing in it acts.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusedWeights.ts';
import {
  APPEND,
  ascii,
  BINPERSID,
  BUILD,
  call,
  dict,
  EMPTY_DICT,
  EMPTY_LIST,
  EMPTY_TUPLE,
  FALSE,
  get,
  int,
  littleEndian,
  MARK,
  NONE,
  named,
  namedOnStack,
  orderedDict,
  type PickleBytes,
  pickle,
  put,
  REDUCE,
  SETITEM,
  SETITEMS,
  storage,
  tensor,
  text,
  torchFile,
  tuple,
} from './torchFile.ts';

const data = new Uint8Array(64);
const refusalOf = (value: PickleBytes, protocol = 2) => refusal(torchFile(pickle(value, protocol), [data]));
const one = tensor(storage('0', 16), { shape: [16] });
const { INST, OBJ, NEWOBJ, NEWOBJ_EX } = { INST: 0x69, OBJ: 0x6f, NEWOBJ: 0x81, NEWOBJ_EX: 0x92 };

describe('a pickle that would run code is refused, and named for what it asks:', () => {
  const system = named('os', 'system');
  const command = tuple(text('touch ran'));
  const hostile: readonly (readonly [string, string, PickleBytes])[] = [
    ['os.system called with REDUCE', 'os.system', [...system, ...command, REDUCE]],
    ['posix.system, as os.system is really pickled', 'posix.system', [...named('posix', 'system'), ...command, REDUCE]],
    ['builtins.eval by GLOBAL', 'builtins.eval', call(named('builtins', 'eval'), text('1'))],
    ['builtins.eval by STACK_GLOBAL', 'builtins.eval', call(namedOnStack('builtins', 'eval'), text('1'))],
    ['Python 2’s __builtin__.eval', '__builtin__.eval', call(named('__builtin__', 'eval'), text('1'))],
    ['a dotted path through an allowed module', 'torch._utils.os.system', named('torch._utils', 'os.system')],
    [
      'a dotted path through an allowed class',
      'collections.OrderedDict.__init__',
      named('collections', 'OrderedDict.__init__'),
    ],
    ['PyTorch’s own loader', 'torch.load', call(named('torch', 'load'), text('x'))],
    ['a call that stands among sound tensors', 'os.system', dict({ a: one, b: call(system, text('touch ran')) })],
    ['a name with a line break, on one line', '"os.\\nsystem"', namedOnStack('os', '\nsystem')],
    ['INST', 'INST', [MARK, ...text('touch ran'), INST, ...ascii('os\nsystem\n')]],
    ['OBJ', 'OBJ', [MARK, ...orderedDict, OBJ]],
    ['NEWOBJ', 'NEWOBJ', [...named('collections', 'OrderedDict'), EMPTY_TUPLE, NEWOBJ]],
    ['NEWOBJ_EX', 'NEWOBJ_EX', [...named('collections', 'OrderedDict'), EMPTY_TUPLE, EMPTY_DICT, NEWOBJ_EX]],
    ['BUILD on a tensor', 'BUILD', [...one, ...dict({ __class__: text('x') }), BUILD]],
    ['BUILD on a plain dictionary', 'BUILD', [EMPTY_DICT, EMPTY_DICT, BUILD]],
    ['BUILD with what is no dictionary', 'BUILD', [...orderedDict, ...tuple([NONE], [EMPTY_DICT]), BUILD]],
    ['BUILD on a class', 'BUILD', [...named('collections', 'OrderedDict'), EMPTY_DICT, BUILD]],
    ['EXT1', 'EXT1', [0x82, 1]],
    ['EXT2', 'EXT2', [0x83, 1, 0]],
    ['EXT4', 'EXT4', [0x84, 1, 0, 0, 0]],
    ['a call of a storage class', 'torch.FloatStorage', call(named('torch', 'FloatStorage'), int(3))],
    ['a call of a type', 'torch.float32', call(named('torch', 'float32'))],
    ['a call of a text', 'a text', [...text('os.system'), EMPTY_TUPLE, REDUCE]],
    ['a call of a tensor', 'a tensor', [...one, EMPTY_TUPLE, REDUCE]],
    ['a persistent id in text', 'PERSID', [0x50, ...ascii('storage\n')]],
  ];
  it.each(hostile)('%s', async (_, asked, value) => {
    const error = await refusalOf(value, 4);
    expect(error).toMatchObject({ name: 'CheckpointError', code: 'CHECKPOINT_PICKLE_UNSAFE' });
    expect(error.message).toContain(asked);
    expect(error.message).toContain('nothing in it was run');
    expect(error.message).not.toContain('\n');
    expect(existsSync('ran')).toBe(false);
  });
});

describe('a pickle that does not describe tensors properly is refused:', () => {
  const rebuild = (...parameters: PickleBytes[]) => call(named('torch._utils', '_rebuild_tensor_v2'), ...parameters);
  const rest: PickleBytes[] = [[FALSE], orderedDict];
  const of = storage('0', 16);
  const shaped = tuple(int(4));
  const malformed: readonly (readonly [string, PickleBytes])[] = [
    ['a persistent id that is a text', [...text('0'), BINPERSID]],
    [
      'a persistent id of an unknown kind',
      [...tuple(text('module'), named('torch', 'FloatStorage'), text('0'), text('cpu'), int(4)), BINPERSID],
    ],
    [
      'a persistent id without a class',
      [...tuple(text('storage'), text('FloatStorage'), text('0'), text('cpu'), int(4)), BINPERSID],
    ],
    ['a persistent id of a class that is no storage', storage('0', 4, named('collections', 'OrderedDict'))],
    ['a storage of negative length', storage('0', -1)],
    [
      'a storage key that is a number',
      [...tuple(text('storage'), named('torch', 'FloatStorage'), int(0), text('cpu'), int(4)), BINPERSID],
    ],
    ['a tensor of no storage', rebuild([NONE], int(0), shaped, shaped, ...rest)],
    ['a negative offset', rebuild(of, int(-1), shaped, tuple(int(1)), ...rest)],
    ['a negative size', rebuild(of, int(0), tuple(int(-4)), tuple(int(1)), ...rest)],
    ['a negative stride', rebuild(of, int(0), shaped, tuple(int(-1)), ...rest)],
    [
      'a size that is no whole number',
      rebuild(of, int(0), tuple([0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]), tuple(int(1)), ...rest),
    ],
    ['a size that is a truth value', rebuild(of, int(0), tuple([0x88]), tuple(int(1)), ...rest)],
    ['more strides than dimensions', rebuild(of, int(0), shaped, tuple(int(1), int(1)), ...rest)],
    ['a thousand dimensions', rebuild(of, int(0), ...Array(2).fill(tuple(...Array(1000).fill(int(1)))), ...rest)],
    ['too few parameters', rebuild(of, int(0))],
    ['parameters that are no tuple', [...named('torch._utils', '_rebuild_tensor_v2'), EMPTY_LIST, REDUCE]],
    ['hooks', rebuild(of, int(0), shaped, tuple(int(1)), [FALSE], dict({ hook: [NONE] }))],
    ['values to be conjugated', rebuild(of, int(0), shaped, tuple(int(1)), ...rest, dict({ conj: [0x88] }))],
    ['an OrderedDict made of a list', call(named('collections', 'OrderedDict'), [EMPTY_LIST])],
    ['a parameter that is no tensor', call(named('torch._utils', '_rebuild_parameter'), [NONE], [FALSE], orderedDict)],
    ['a storage that the file does not have', dict({ a: tensor(storage('7', 16), { shape: [16] }) })],
    ['a storage named like a path', dict({ a: tensor(storage('../data.pkl', 16), { shape: [16] }) })],
    ['a storage longer than its record', dict({ a: tensor(storage('0', 17), { shape: [16] }) })],
    ['a view beyond its storage', dict({ a: tensor(of, { offset: 1, shape: [16] }) })],
    ['a view far beyond its storage', dict({ a: tensor(of, { offset: 2 ** 50, shape: [16] }) })],
    ['a shape whose product overflows', dict({ a: tensor(of, { shape: [2 ** 40, 2 ** 40], strides: [1, 1] }) })],
    [
      'an untyped storage for a tensor that brings no type',
      rebuild(storage('0', 64, named('torch', 'UntypedStorage')), int(0), shaped, tuple(int(1)), ...rest),
    ],
    ['a name that is used twice', [EMPTY_DICT, MARK, ...text('a'), ...one, ...text('a'), ...one, SETITEMS]],
    ['a key that is a list', [EMPTY_DICT, EMPTY_LIST, ...one, SETITEM]],
    ['a key without a value', [EMPTY_DICT, MARK, ...text('a'), SETITEMS]],
    ['an entry set on a tensor', [...one, ...text('a'), ...one, SETITEM]],
    ['an element added to a tuple', [EMPTY_TUPLE, ...one, APPEND]],
    ['a slot that was never filled', get(3)],
    ['a value taken from below a mark', [...one, MARK, ...put(0)]],
    ['a mark that is never closed', [MARK, ...dict({ a: one })]],
    ['a tuple without a mark', [...one, 0x74]],
    ['two results', [...dict({ a: one }), ...dict({ a: one })]],
    ['no result', []],
    ['bytes after the end', [...dict({ a: one }), 0x2e, 0x2e]],
    ['an operation that does not exist', [0xff]],
    ['a text longer than the file', [0x58, ...littleEndian(2 ** 31, 4), 0x61]],
    ['a text longer than can be counted', [0x8d, ...Array(8).fill(0xff)]],
    ['a frame longer than the file', [0x95, ...Array(8).fill(0xff), EMPTY_DICT]],
    ['a text that is not UTF-8', [0x8c, 2, 0xc3, 0x28]],
    ['a whole number of 200 bytes', [0x8a, 200, ...Array(200).fill(1)]],
    ['a whole number beyond 2^53', [0x8a, 8, ...Array(7).fill(0xff), 0x7f]],
    ['a name without an end', [0x63, ...ascii('torch')]],
  ];
  it.each(malformed)('%s', async (_, value) => {
    const error = await refusalOf(value, 4);
    expect(error).toMatchObject({ code: 'CHECKPOINT_HEADER_INVALID' });
    expect(error.message).toMatch(/^pytorch_model\.bin is not a valid PyTorch weight file: .+\.$/);
    expect(error.message.length).toBeLessThan(400);
  });

  it('one cut off anywhere', async () => {
    const whole = pickle(dict({ a: one, b: one }));
    for (let length = 0; length < whole.length; length++)
      expect((await refusal(torchFile(whole.subarray(0, length), [data]))).code).toBe('CHECKPOINT_HEADER_INVALID');
  });
});

describe('a pickle that would exhaust the machine is refused:', () => {
  const many = (count: number, bytes: PickleBytes) => Array.from({ length: count }, () => bytes).flat();

  it('a million operations', async () => {
    expect(await refusalOf(many(1_000_001, [NONE]))).toMatchObject({
      code: 'CHECKPOINT_HEADER_INVALID',
      message: expect.stringContaining('operations'),
    });
  });

  it('lists nested a hundred thousand deep, which nothing descends into', async () => {
    const nested = [...many(100_000, [EMPTY_LIST]), ...many(99_999, [APPEND])];
    expect(await refusalOf(nested)).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
    expect(await refusalOf(dict({ a: nested }))).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
  });

  it('marks a hundred thousand deep', async () => {
    expect(await refusalOf(many(100_000, [MARK]))).toMatchObject({ code: 'CHECKPOINT_HEADER_INVALID' });
  });

  it('a list that contains itself, and a dictionary that does', async () => {
    const list = [EMPTY_LIST, ...put(0), ...get(0), APPEND];
    expect(await refusalOf(list)).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
    expect(await refusalOf(dict({ a: list }))).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
    const own = [EMPTY_DICT, ...put(0), ...text('self'), ...get(0), SETITEM];
    expect(await refusalOf(own)).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
  });

  it('tuples that double at every step, which take no more room than their description', async () => {
    const doubled = [...many(5000, [...put(0), ...get(0), 0x86])];
    expect(await refusalOf([NONE, ...doubled])).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
  });

  it('memo slots far apart', async () => {
    const slots = Array.from({ length: 1000 }, (_, i) => [0x72, ...littleEndian(2 ** 32 - 1 - i * 4_000_000, 4)]);
    expect(await refusalOf([NONE, ...slots.flat()])).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
  });

  it('a table of tensors larger than any real one', async () => {
    expect(await refusal(torchFile(Buffer.alloc((16 << 20) + 1, 0x80)))).toMatchObject({
      code: 'CHECKPOINT_HEADER_INVALID',
      message: expect.stringContaining('data.pkl'),
    });
  });
});

describe('what is no plain map of names to tensors is refused with the reason:', () => {
  const shapes: readonly (readonly [string, string, PickleBytes])[] = [
    ['a wrapped state_dict', 'state_dict, which is a dictionary', dict({ state_dict: dict({ a: one }) })],
    ['a number among the tensors', 'epoch, which is a number', dict({ a: one, epoch: int(3) })],
    ['nothing under a name', 'a, which is empty', dict({ a: [NONE] })],
    ['a number as a name', '0, which is a tensor', [EMPTY_DICT, ...int(0), ...one, SETITEM]],
    ['a tensor', 'holds a tensor', one],
    ['a list', 'holds a list', [EMPTY_LIST]],
    ['a class', 'the name torch.FloatStorage', dict({ a: named('torch', 'FloatStorage') })],
  ];
  it.each(shapes)('%s', async (_, what, value) => {
    const error = await refusalOf(value);
    expect(error.code).toBe('CHECKPOINT_UNSUPPORTED');
    expect(error.message).toContain(what);
    expect(error.message).toContain('Only a plain dictionary of names and tensors');
  });

  it.each([
    ['a transposed tensor', [4, 4], [1, 4]],
    ['a repeated tensor', [4, 4], [0, 1]],
    ['every second element', [8], [2]],
  ])('%s', async (_, shape, strides) => {
    expect(await refusalOf(dict({ 'layer.weight': tensor(storage('0', 16), { shape, strides }) }))).toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringContaining('layer.weight'),
    });
  });

  it.each([0, 1, 6, 255])('protocol %d', async (protocol) => {
    expect((await refusalOf(dict({ a: one }), protocol)).code).toBe('CHECKPOINT_UNSUPPORTED');
  });
});
