/** @file Reads runs of codes from a file, and their scales and errors, and has a kernel look at them. Scan workers. */
import { readSync } from 'node:fs';
import { ScanKernel } from './scanKernel.ts';
import { blockSlots, type CodeLayout, codesPosition, headBytes, headPosition } from './vectorLayout.ts';

/** As much as stays in a core's cache between reading and computing. */
const runBytes = 256 * 1024;

/** The kernels of a thread, one a layout: each has memory of its own, and takes time to be made. */
export class KernelShelf {
  readonly #kernels = new Map<string, ScanKernel>();

  /** With room for a run of this layout. */
  kernelFor({ rowBytes, rows, slotBytes }: CodeLayout, runSlots: number): ScanKernel {
    const key = `${rowBytes} ${rows}`;
    const kernel = this.#kernels.get(key) ?? new ScanKernel(rowBytes, runSlots * rows, runSlots * slotBytes);
    this.#kernels.set(key, kernel);
    return kernel;
  }
}

/** A kernel with codes in front of it, and a block's scales and errors. */
export class CodeReader {
  readonly kernel: ScanKernel;
  readonly layout: CodeLayout;
  /** Slots of a run, at most. */
  readonly runSlots: number;
  readonly #descriptor: number;
  /** Of the block that was looked at last: scale and error by turns. */
  readonly #heads = new Float32Array(2 * blockSlots);
  readonly #headBytes = new Uint8Array(this.#heads.buffer, 0, blockSlots * headBytes);

  constructor(descriptor: number, layout: CodeLayout, shelf: KernelShelf) {
    this.#descriptor = descriptor;
    this.layout = layout;
    this.runSlots = Math.min(blockSlots, Math.max(1, Math.floor(runBytes / layout.slotBytes)));
    this.kernel = shelf.kernelFor(layout, this.runSlots);
  }

  /** Makes a block's scales and errors those that `scale` and `error` tell. */
  readHeads(block: number): void {
    readFully(this.#descriptor, this.#headBytes, headPosition(this.layout, block * blockSlots));
  }

  scale(slotInBlock: number): number {
    return this.#heads[2 * slotInBlock] as number;
  }

  error(slotInBlock: number): number {
    return this.#heads[2 * slotInBlock + 1] as number;
  }

  /** Puts the codes of some slots of one block in front of the kernel. */
  readCodes(slot: number, count: number): void {
    const bytes = this.kernel.bytes.subarray(0, count * this.layout.slotBytes);
    readFully(this.#descriptor, bytes, codesPosition(this.layout, slot));
  }
}

/** Beyond the end of the file there are zeros: the last block need not be whole. */
export function readFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
    if (count === 0) {
      bytes.fill(0, done);
      return;
    }
    done += count;
  }
}
