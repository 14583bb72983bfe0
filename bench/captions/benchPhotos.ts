/** @file Photos of the size that cameras take, each with content of its own. */
import { appendFile, cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from '../../native-models/preprocess/sharp.ts';

const demoPhotos = path.join(import.meta.dirname, '../../resources/demo-photos');
const [width, height] = [4000, 3000];
/** Pictures that differ to the eye; copies of them differ behind the picture's end. */
const different = 8;

/** @returns their paths */
export async function makeBenchPhotos(folder: string, count: number): Promise<string[]> {
  const names = (await readdir(demoPhotos, { recursive: true })).filter((name) => name.endsWith('.jpg')).sort();
  const files: string[] = [];
  for (let i = 0; i < count; i++) {
    const file = path.join(folder, `${i}.jpg`);
    const original = files[i - different];
    if (original === undefined) {
      const source = path.join(demoPhotos, names[i % names.length] ?? '');
      await sharp(source).resize(width, height, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(file);
    } else {
      await cp(original, file);
      await appendFile(file, String(i));
    }
    files.push(file);
  }
  return files;
}
