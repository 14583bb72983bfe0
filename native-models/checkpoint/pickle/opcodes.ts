/**
 * @file The pickle operations that weight files consist of, each with what it does, and the names of all others, which are
 * refused. Compiler only.
 *
 * Format: Python's Lib/pickletools.py, protocols 2 to 5. Nothing here imports, calls or instantiates: a name is looked up
 * in a fixed table, and a "call" describes a tensor.
 */
import { isDict, type PickleMachine } from './pickleMachine.ts';
import { describeValue, type PickleValue } from './pickleValue.ts';
import { shown } from './weightFileFaults.ts';

type Operation = (machine: PickleMachine) => void;

export const PROTO = 0x80;
export const STOP = 0x2e;

export const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [PROTO, checkProtocol],
  // FRAME: a reading hint; the frame must not claim more than there is
  [
    0x95,
    ({ cursor, faults }) => {
      if (cursor.uint64() > cursor.remainingBytes) throw faults.invalid('its table of tensors ends in the middle');
    },
  ],

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.cursor.int32())], // BININT
  [0x4b, (m) => m.push(m.cursor.uint8())], // BININT1
  [0x4d, (m) => m.push(m.cursor.uint16())], // BININT2
  [0x8a, (m) => m.push(m.cursor.integer(m.cursor.uint8()))], // LONG1
  [0x47, (m) => m.push(m.cursor.float64())], // BINFLOAT
  [0x8c, (m) => m.push(m.cursor.text(m.cursor.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.cursor.text(m.cursor.uint32()))], // BINUNICODE
  [0x8d, (m) => m.push(m.cursor.text(m.cursor.uint64()))], // BINUNICODE8

  [0x28, (m) => m.mark()], // MARK
  [0x29, (m) => pushTuple(m, [])], // EMPTY_TUPLE
  [0x74, (m) => pushTuple(m, m.popToMark())], // TUPLE
  [0x85, (m) => pushTuple(m, popMany(m, 1))], // TUPLE1
  [0x86, (m) => pushTuple(m, popMany(m, 2))], // TUPLE2
  [0x87, (m) => pushTuple(m, popMany(m, 3))], // TUPLE3
  [0x5d, (m) => m.push({ kind: 'list', items: [] })], // EMPTY_LIST
  [0x61, (m) => m.append(popMany(m, 1))], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x7d, (m) => m.push({ kind: 'dict', ordered: false, entries: new Map() })], // EMPTY_DICT
  [0x73, (m) => m.setItems(popMany(m, 2))], // SETITEM
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS

  [0x71, (m) => m.remember(m.cursor.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.cursor.uint32())], // LONG_BINPUT
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x68, (m) => m.recall(m.cursor.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.cursor.uint32())], // LONG_BINGET

  [0x63, (m) => m.push(m.names.global(`${m.cursor.line()}.${m.cursor.line()}`))], // GLOBAL
  [0x93, pushStackGlobal], // STACK_GLOBAL
  [0x51, (m) => m.push(m.names.persistent(m.pop()))], // BINPERSID
  [0x52, reduce], // REDUCE
  [0x62, build], // BUILD
]);

/** Operations of the format that weight files do not need; several of them exist to run code. */
export const refusedOperations: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x50, 'PERSID'],
  [0x49, 'INT'],
  [0x4c, 'LONG'],
  [0x8b, 'LONG4'],
  [0x46, 'FLOAT'],
  [0x53, 'STRING'],
  [0x54, 'BINSTRING'],
  [0x55, 'SHORT_BINSTRING'],
  [0x56, 'UNICODE'],
  [0x42, 'BINBYTES'],
  [0x43, 'SHORT_BINBYTES'],
  [0x8e, 'BINBYTES8'],
  [0x96, 'BYTEARRAY8'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
  [0x6c, 'LIST'],
  [0x64, 'DICT'],
  [0x8f, 'EMPTY_SET'],
  [0x90, 'ADDITEMS'],
  [0x91, 'FROZENSET'],
  [0x30, 'POP'],
  [0x31, 'POP_MARK'],
  [0x32, 'DUP'],
  [0x67, 'GET'],
  [0x70, 'PUT'],
]);

function checkProtocol({ cursor, faults }: PickleMachine): void {
  const protocol = cursor.uint8();
  if (protocol < 2 || protocol > 5) {
    throw faults.unsupported(`is pickled with protocol ${protocol}; protocols 2 to 5 can be read`, { protocol });
  }
}

function popMany(machine: PickleMachine, count: number): PickleValue[] {
  const values: PickleValue[] = [];
  for (let i = 0; i < count; i++) values.unshift(machine.pop());
  return values;
}

function pushTuple(machine: PickleMachine, items: PickleValue[]): void {
  machine.push({ kind: 'tuple', items });
}

function pushStackGlobal(machine: PickleMachine): void {
  const name = machine.popText();
  machine.push(machine.names.global(`${machine.popText()}.${name}`));
}

function reduce(machine: PickleMachine): void {
  const parameters = machine.pop();
  const callee = machine.pop();
  if (typeof callee !== 'object' || callee?.kind !== 'global')
    throw machine.faults.unsafe(`a call of ${describeValue(callee)} (REDUCE)`, { opcode: 'REDUCE' });
  if (typeof parameters !== 'object' || parameters?.kind !== 'tuple')
    throw machine.faults.invalid(`it calls ${shown(callee.name)} with ${describeValue(parameters)}`);
  machine.push(machine.names.call(callee, parameters));
}

/** Sets attributes. A state_dict carries `_metadata` that way; the attributes of anything else have no place here. */
function build(machine: PickleMachine): void {
  const attributes = machine.pop();
  const target = machine.top();
  if (!isDict(target) || !target.ordered || !isDict(attributes))
    throw machine.faults.unsafe(`attributes on ${describeValue(target)} (BUILD)`, { opcode: 'BUILD' });
}
