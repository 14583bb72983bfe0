/**
 * @file The size of pictures of kinds that ExifTool does not know, or of which it tells another one, under its name for
 * it. They say nothing else that is wanted. Picture process.
 */
import { largestIcon } from '../../../native-models/preprocess/magick/iconFile.ts';
import { targaHeader } from '../../../native-models/preprocess/targaHeader.ts';
import type { TagValues } from './tagValues.ts';
import type { FileToRead } from './windowedFile.ts';

type QuickSize = (file: FileToRead) => Promise<TagValues | undefined>;

export const quickTargaTags: QuickSize = async ({ head }) => sizeTags(targaHeader(head));

export const quickQoiTags: QuickSize = async ({ head }) =>
  head.length < 12 ? undefined : sizeTags({ width: head.readUInt32BE(4), height: head.readUInt32BE(8) });

/** Of arbitrary maps (PAM); those of the other kinds may hold comments. */
export const quickNetpbmTags: QuickSize = async ({ head }) => {
  const [header, isWhole] = head.toString('latin1').split(/^ENDHDR$/m, 2);
  if (header === undefined || isWhole === undefined || !/^P7\s/.test(header)) return undefined;
  const side = (name: string) => Number(new RegExp(`^${name}\\s+(\\d{1,9})\\s*$`, 'm').exec(header)?.[1] ?? 0);
  return sizeTags({ width: side('WIDTH'), height: side('HEIGHT') });
};

/** Above this, ExifTool says which it comes upon. */
const maxIconBytes = 1024 * 1024;

/** Of the largest picture, which is the one that is shown. */
export const quickIconTags: QuickSize = async ({ sizeBytes, read }) =>
  sizeBytes > maxIconBytes ? undefined : sizeTags(largestIcon(await read(0, sizeBytes)));

function sizeTags(size: { readonly width: number; readonly height: number } | undefined): TagValues | undefined {
  if (size === undefined || size.width === 0 || size.height === 0) return undefined;
  return new Map([['Composite:ImageSize', `${size.width} ${size.height}`]]);
}
