/** @file What a repository on the hub holds at a revision. */
import * as z from 'zod';
import type { HubConnection } from './hubConnection.ts';
import { HubError } from './hubError.ts';
import { withRetries } from './retries.ts';

export interface HubFile {
  /** In the repository, with slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of a file in large file storage, otherwise git's SHA-1 of it; in hex. The cache calls it by this. */
  readonly hash: string;
}

export interface HubRepository {
  /** "Salesforce/blip2-opt-2.7b" */
  readonly repo: string;
  /** As asked for: a branch, a tag or a commit. */
  readonly revision: string;
  /** What the revision means now; everything is fetched at this. */
  readonly commit: string;
  /** As its page states it; null where it does not, undefined where it was not asked for, the commit being known. */
  readonly license?: string | null | undefined;
  readonly files: readonly HubFile[];
}

const maxReplyBytes = 16 << 20;
const maxFiles = 20_000;

const commitSchema = z.string().regex(/^[0-9a-f]{40}$/);
/** "mit"; of "other", what the publisher calls it. It is shown, so that it must be a plain name. */
const licenseSchema = z.string().regex(/^[\w.+() -]{1,100}$/);
const infoSchema = z.object({
  sha: commitSchema,
  cardData: z
    .object({
      license: z
        .union([
          licenseSchema,
          z
            .array(licenseSchema)
            .min(1)
            .transform((all) => all.join(', ')),
        ])
        .optional(),
      license_name: licenseSchema.optional(),
    })
    .optional()
    .catch(undefined),
});
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

/** Whether a repository could be called so. */
export function isRepoName(repo: string): boolean {
  return /^(?:[\w.-]{1,96}\/)?[\w.-]{1,96}$/.test(repo) && !/--|\.\.|(?:^|\/)[.-]|[.-](?:$|\/)/.test(repo);
}

/** @throws HubError HUB_REPO_INVALID */
export function assertRepoName(repo: string): void {
  if (isRepoName(repo)) return;
  const message = `"${repo}" is no name of a repository: it is like Salesforce/blip2-opt-2.7b.`;
  throw new HubError('HUB_REPO_INVALID', message, { repo });
}

/** @throws HubError HUB_REPO_INVALID */
function assertRevision(revision: string): void {
  if (/^[\w.][\w./-]{0,199}$/.test(revision) && !/\.\.|\/\/|\/$|(?:^|\/)\./.test(revision)) return;
  throw new HubError('HUB_REPO_INVALID', `"${revision}" is no name of a revision.`, { revision });
}

export interface RepositoryRequest {
  readonly repo: string;
  /** A branch, a tag or a commit; `main` where undefined. */
  readonly revision?: string | undefined;
  /** What the revision meant when the download was begun, so that it goes on with the same files. */
  readonly commit?: string | undefined;
  readonly signal: AbortSignal;
}

/** @throws HubError; TransientHubError after the last attempt; the signal's reason */
export async function listRepository(
  connection: HubConnection,
  { repo, revision = 'main', commit: known, signal }: RepositoryRequest,
): Promise<HubRepository> {
  assertRepoName(repo);
  assertRevision(revision);
  // Most of what runs needs none of it.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const hub = { hubUrl: connection.settings.endpoint, fetch: hubFetch(connection, `list files of ${repo}`, signal) };
  const { commit, license } =
    known === undefined
      ? await describedBy(() => modelInfo({ ...hub, name: repo, revision, additionalFields: ['sha', 'cardData'] }))
      : { commit: known, license: undefined };
  const files: HubFile[] = [];
  await replied(async () => {
    for await (const entry of listFiles({ ...hub, repo, revision: commit, recursive: true })) {
      if (files.length >= maxFiles) throw invalidReply(undefined);
      const { type, path, size, oid, lfs } = entrySchema.parse(entry);
      if (type === 'file') files.push({ path, sizeBytes: lfs?.size ?? size, hash: lfs?.oid ?? oid });
    }
  });
  return { repo, revision, commit, license, files };
}

async function describedBy(ask: () => Promise<unknown>): Promise<Pick<HubRepository, 'commit' | 'license'>> {
  const { sha: commit, cardData = {} } = await replied(async () => infoSchema.parse(await ask()));
  const { license, license_name: name } = cardData;
  return { commit, license: (license === 'other' ? name : undefined) ?? license ?? null };
}

/** The package's own way to the network, replaced by ours: it knows no proxies, attempts or limits. */
function hubFetch(connection: HubConnection, reason: string, signal: AbortSignal): typeof fetch {
  return async (input) => {
    const url = input instanceof Request ? input.url : String(input);
    return await withRetries(connection.retries, signal, async () => {
      const { status, headers, body } = await connection.request({
        url,
        reason,
        signal,
        headers: { accept: 'application/json' },
      });
      const pieces: Uint8Array[] = [];
      let sizeBytes = 0;
      for await (const piece of body) {
        sizeBytes += piece.byteLength;
        if (sizeBytes > maxReplyBytes) throw invalidReply(undefined);
        pieces.push(piece);
      }
      const link = headers.get('link');
      return new Response(Buffer.concat(pieces), { status, headers: link === null ? {} : { link } });
    });
  };
}

async function replied<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof SyntaxError || error instanceof TypeError || error instanceof z.ZodError
      ? invalidReply(error)
      : error;
  }
}

function invalidReply(cause: unknown): HubError {
  return new HubError('HUB_REPLY_INVALID', 'The reply is not one that the hub gives. Check HF_ENDPOINT.', {}, cause);
}
