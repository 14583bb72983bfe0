/**
 * @file The inner loop of every scan: dot products of one query with many rows of bytes, in WebAssembly SIMD
 * (scanKernel.wat, assembled by `npm run generate:kernel`). Scan workers.
 *
 * Measured on 3.2 million rows of 256 (100,000 photos with 32 vectors each), one core, rows in the cache: 30 ms, twenty
 * times as fast as the same loop over typed arrays, and less than it takes to read the rows from the page cache.
 * onnxruntime's MatMulInteger took half as long again, float32 twice as long and four times the bytes. Relaxed SIMD would
 * want queries of seven bits for a gain that reading hides.
 */
import { scanKernelModule } from './generated/scanKernel.ts';

/** Rows are of a multiple of so many bytes. */
export const rowAlignment = 16;
/** The kernel takes so many rows at a time: it reads, and writes products, up to the next multiple. */
export const rowsTogether = 4;

const pageBytes = 65536;

/** What is used of it: the types for Node lack it, and those for browsers bring a page with them. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Where a scan's data lie: the query first, the products behind it, then rows. */
export class ScanKernel {
  /** 16-bit values of the query. */
  readonly query: Int16Array;
  /** A product a row. */
  readonly products: Int32Array;
  /** Room for the rows, and for what the caller reads together with them. */
  readonly bytes: Uint8Array;
  readonly #rowBytes: number;
  readonly #run: (rows: number, count: number, rowBytes: number, query: number, products: number) => void;

  /** @param rowBytes a multiple of `rowAlignment` */
  constructor(rowBytes: number, rows: number, roomBytes: number) {
    const productsStart = 2 * rowBytes;
    const productsBytes = 4 * roundUp(rows, rowsTogether);
    const bytesStart = roundUp(productsStart + productsBytes, rowAlignment);
    // the kernel may look at up to three rows beyond the last
    const totalBytes = bytesStart + roomBytes + rowsTogether * rowBytes;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(totalBytes / pageBytes) });
    this.query = new Int16Array(memory.buffer, 0, rowBytes);
    this.products = new Int32Array(memory.buffer, productsStart, productsBytes / 4);
    this.bytes = new Uint8Array(memory.buffer, bytesStart, roomBytes);
    this.#rowBytes = rowBytes;
    this.#run = instantiate(memory);
  }

  /** Fills `products` with those of `count` rows, the first of which begins at byte `start` of `bytes`. */
  run(start: number, count: number): void {
    if (count === 0) return;
    const { query, products, bytes } = this;
    this.#run(bytes.byteOffset + start, count, this.#rowBytes, query.byteOffset, products.byteOffset);
  }
}

function instantiate(memory: WasmMemory): (...places: number[]) => void {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(scanKernelModule, 'base64')), {
    env: { memory },
  });
  const { dots } = instance.exports;
  if (typeof dots !== 'function') throw new TypeError('the scan kernel has no function');
  return (...places) => dots(...places);
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
