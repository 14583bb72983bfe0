/** @file Reads a pickle that describes tensors, and nothing else, within limits of size and work. Compiler only. */
import { operations, PROTO, refusedOperations, STOP } from './opcodes.ts';
import { PickleCursor } from './pickleCursor.ts';
import { PickleMachine, type PickleNames } from './pickleMachine.ts';
import type { PickleValue } from './pickleValue.ts';
import type { WeightFileFaults } from './weightFileFaults.ts';

/** A published file takes some 20 operations and 150 bytes a tensor: these are enough for 50,000 tensors. */
const maxOperations = 1_000_000;
export const maxPickleBytes = 16 << 20;

/**
 * The value that `bytes` describe.
 *
 * Values may contain themselves: whoever looks inside one must not descend without a bound.
 * @throws CheckpointError CHECKPOINT_PICKLE_UNSAFE at an operation or a name that weight files do not need,
 *   CHECKPOINT_HEADER_INVALID or CHECKPOINT_UNSUPPORTED
 */
export function unpickle(bytes: Uint8Array, names: PickleNames, faults: WeightFileFaults): PickleValue {
  if (bytes[0] !== PROTO) throw faults.invalid('its table of tensors is not a pickle');
  const cursor = new PickleCursor(bytes, faults);
  const machine = new PickleMachine(cursor, names, faults);
  for (let done = 0; done < maxOperations; done++) {
    const opcode = cursor.uint8();
    if (opcode === STOP) return machine.finish();
    const operation = operations.get(opcode);
    if (operation === undefined) throw refusal(opcode, faults);
    operation(machine);
  }
  throw faults.invalid(`its table of tensors takes more than ${maxOperations} operations`);
}

function refusal(opcode: number, faults: WeightFileFaults) {
  const name = refusedOperations.get(opcode);
  return name === undefined
    ? faults.invalid(`its table of tensors holds the unknown operation 0x${opcode.toString(16)}`, { opcode })
    : faults.unsafe(`the pickle operation ${name}`, { opcode: name });
}
