/** @file Asks for a range of a file at a commit, and holds the reply against what was asked. Main process and CLI. */
import type { ByteRange } from './byteRanges.ts';
import type { HubConnection, HubResponse } from './hubConnection.ts';
import { HubError, TransientHubError } from './hubError.ts';
import type { HubFile, HubRepository } from './hubRepository.ts';

/** Caches on the way may answer with a small file as a whole; of a large one, the rest would come over and over. */
const maxWholeBytes = 16 << 20;

export interface RangeReply {
  /** What the hub calls this state of the file; undefined where it does not say. */
  readonly etag: string | undefined;
  /** Together, exactly the range; whoever does not read them to their end must leave the loop. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * One attempt.
 * @throws HubError, among them HUB_FILE_CHANGED where the reply is of another state of the file; while reading also
 *   TransientHubError where the reply was cut; the signal's reason
 */
export async function requestRange(
  connection: HubConnection,
  { repo, commit }: HubRepository,
  file: HubFile,
  range: ByteRange,
  signal: AbortSignal,
): Promise<RangeReply> {
  const address = file.path.split('/').map(encodeURIComponent).join('/');
  const response = await connection.request({
    url: `${connection.settings.endpoint}/${repo}/resolve/${commit}/${address}`,
    reason: `download ${file.path} of ${repo}`,
    headers: { range: `bytes=${range.from}-${range.to - 1}` },
    signal,
  });
  try {
    assertSameFile(response, commit, file);
    assertRange(response, range, file);
  } catch (error) {
    await response.close();
    throw error;
  }
  const body = response.status === 200 ? partOf(response.body, range) : response.body;
  return { etag: etagOf(response), pieces: exactly(range.to - range.from, body, file) };
}

/** Of a large file its SHA-256, behind whatever storage the hub sends us to. */
function etagOf({ hubHeaders }: HubResponse): string | undefined {
  const tag = hubHeaders.get('x-linked-etag') ?? hubHeaders.get('etag');
  return tag?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

/** @throws HubError HUB_FILE_CHANGED */
function assertSameFile({ hubHeaders }: HubResponse, commit: string, file: HubFile): void {
  const repliedCommit = hubHeaders.get('x-repo-commit');
  const size = hubHeaders.get('x-linked-size');
  if ((repliedCommit ?? commit) !== commit || Number(size ?? file.sizeBytes) !== file.sizeBytes)
    throw fileChanged(file);
}

function assertRange({ status, headers }: HubResponse, { from, to }: ByteRange, file: HubFile): void {
  if (status === 200 && to === file.sizeBytes && (from === 0 || to <= maxWholeBytes)) return;
  if (status !== 206) {
    const message = `The server does not send parts of files (status ${status}). Check HF_ENDPOINT, and a proxy if there is one.`;
    throw new HubError('HUB_REPLY_INVALID', message, { file: file.path, status });
  }
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (Number(first) === from && Number(last) === to - 1 && Number(size) === file.sizeBytes) return;
  throw fileChanged(file);
}

/** Of a body that is the whole file, up to its end. */
async function* partOf(body: AsyncIterable<Uint8Array>, { from }: ByteRange) {
  let skipBytes = from;
  for await (const piece of body) {
    const skipped = Math.min(skipBytes, piece.byteLength);
    skipBytes -= skipped;
    if (skipped < piece.byteLength) yield piece.subarray(skipped);
  }
}

async function* exactly(sizeBytes: number, body: AsyncIterable<Uint8Array>, file: HubFile) {
  let restBytes = sizeBytes;
  for await (const piece of body) {
    restBytes -= piece.byteLength;
    if (restBytes < 0) throw fileChanged(file);
    yield piece;
  }
  if (restBytes === 0) return;
  throw new TransientHubError('HUB_UNREACHABLE', `The connection was cut while ${file.path} came.`, {
    details: { file: file.path },
  });
}

export function fileChanged({ path }: HubFile): HubError {
  const message = `${path} changed on the hub while it was downloaded. Download the model again.`;
  return new HubError('HUB_FILE_CHANGED', message, { file: path });
}
