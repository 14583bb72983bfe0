/** @file Damages files in the ways that disks, cards, transfers and ill will do; the same for the same number. */
import { randomNumbers } from '../../support/randomNumbers.ts';

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
}

type Damage = (bytes: Buffer, random: () => number, others: readonly Seed[]) => Buffer;

const at = (length: number, random: () => number) => Math.floor(random() * length);

const damages: Readonly<Record<string, Damage>> = {
  truncated: (bytes, random) => bytes.subarray(0, at(bytes.byteLength, random)),
  flipped: (bytes, random) => flipBits(bytes, { from: 0, to: bytes.byteLength }, 1 + at(24, random), random),
  'flipped early': (bytes, random) =>
    flipBits(bytes, { from: 0, to: Math.min(200, bytes.byteLength) }, 1 + at(6, random), random),
  overwritten: (bytes, random) => {
    const damaged = Buffer.from(bytes);
    const start = at(bytes.byteLength, random);
    const value = [0, 0xff, at(256, random)][at(3, random)] ?? 0;
    return damaged.fill(value, start, Math.min(bytes.byteLength, start + 1 + at(400, random)));
  },
  'with a wild number': (bytes, random) => {
    const damaged = Buffer.from(bytes);
    const wild = [0xffffffff, 0x7fffffff, 0, 1, 0x80000000, 65_535][at(6, random)] ?? 0;
    damaged.writeUInt32BE(wild, at(Math.max(1, bytes.byteLength - 4), random));
    return damaged;
  },
  'missing a piece': (bytes, random) => {
    const start = at(bytes.byteLength, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + at(300, random))]);
  },
  'with a piece twice': (bytes, random) => {
    const start = at(bytes.byteLength, random);
    const end = start + 1 + at(300, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  'ending as another': (bytes, random, others) => {
    const other = others[at(others.length, random)]?.bytes ?? bytes;
    const cut = random();
    return Buffer.concat([
      bytes.subarray(0, Math.floor(bytes.byteLength * cut)),
      other.subarray(Math.floor(other.byteLength * cut)),
    ]);
  },
};

/** One of the seeds, damaged in one of the ways: both told by the number. */
export function damaged(seeds: readonly Seed[], number: number): Seed {
  const random = randomNumbers(number * 7919 + 1);
  const seed = seeds[number % seeds.length];
  const ways = Object.entries(damages);
  const way = ways[Math.floor(number / seeds.length) % ways.length];
  if (seed === undefined || way === undefined) throw new Error('there are seeds and ways to damage them');
  const [how, damage] = way;
  return { name: `${number} ${seed.name} ${how}`, bytes: damage(seed.bytes, random, seeds) };
}

/** Changes single bits within a range. */
export function flipBits(
  bytes: Buffer,
  range: { readonly from: number; readonly to: number },
  count: number,
  random: () => number,
): Buffer {
  const flipped = Buffer.from(bytes);
  for (let i = 0; i < count; i++) {
    const position = range.from + at(range.to - range.from, random);
    flipped.writeUInt8(flipped.readUInt8(position) ^ (1 << at(8, random)), position);
  }
  return flipped;
}
