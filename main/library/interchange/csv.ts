/** @file CSV by RFC 4180: a header line, CRLF, quotes where they are needed. */
import type { CaptionSet } from './captionDocument.ts';

export function csvDocument(set: Pick<CaptionSet, 'records' | 'run'>): string {
  const header = ['file_name', 'caption', 'width', 'height', 'model', 'prompt'];
  const rows = set.records.map(({ photo, caption }) => [
    photo.relativePath,
    caption.text,
    String(caption.width),
    String(caption.height),
    set.run.model.id,
    caption.prompt ?? set.run.prompt,
  ]);
  return [header, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * A spreadsheet runs a cell that begins like a formula, and file names and captions are other people's text: such a
 * cell gets a quote mark in front, which spreadsheets show as plain text.
 */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
