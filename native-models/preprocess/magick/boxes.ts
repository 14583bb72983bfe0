/** @file The boxes that files of the JPEG 2000 family are made of (ISO/IEC 15444-1, annex I). Pure. */

export interface Box {
  readonly type: string;
  readonly body: Buffer;
  /** False where it reaches beyond the file. */
  readonly isWhole: boolean;
}

/** Those of a file, or of a box that holds others. */
export function* boxesOf(file: Buffer): Generator<Box> {
  for (let at = 0; at + 8 <= file.length; ) {
    const short = file.readUInt32BE(at);
    if (short === 1 && at + 16 > file.length) return;
    const headBytes = short === 1 ? 16 : 8;
    // 0: up to the end of the file.
    const length = short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? file.length - at : short;
    if (length < headBytes) return;
    const body = file.subarray(at + headBytes, at + length);
    yield { type: file.toString('latin1', at + 4, at + 8), body, isWhole: at + length <= file.length };
    at += length;
  }
}
