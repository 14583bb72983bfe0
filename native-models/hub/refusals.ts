/** @file What a reply that is none means. */
import { HubError, TransientHubError } from './hubError.ts';
import { parseRetryAfter } from './retries.ts';

export interface RefusedRequest {
  readonly host: string;
  readonly reason: string;
  readonly hasToken: boolean;
}

/** Of a status that is no success, as an error to be thrown. */
export function refusal(
  status: number,
  headers: { get(name: string): string | null },
  { host, reason, hasToken }: RefusedRequest,
): HubError {
  // The hub tells more in a header of its own: a repository that is private or not there is refused with 401, too.
  const hubCode = headers.get('x-error-code') ?? undefined;
  const details = { host, status, hubCode };
  if (status === 429 || status >= 500 || status === 408) {
    const message = `${host} is busy at the moment (status ${status}). Try again later.`;
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), Date.now());
    return new TransientHubError('HUB_BUSY', message, { details, retryAfterMs });
  }
  if (hubCode === 'GatedRepo' || (status === 403 && hubCode === undefined)) {
    const message = hasToken
      ? 'The publisher gives these files only to those who accepted the licence. Accept it on the page of the repository, with the account that the token belongs to.'
      : 'The publisher gives these files only to those who accepted the licence. Accept it on the page of the repository, then give a token: in Settings of the desktop application, in HF_TOKEN, or with hf auth login.';
    return new HubError('HUB_ACCESS_DENIED', message, details);
  }
  if (hubCode === 'RepoNotFound' || (status === 401 && !hasToken)) {
    const message = 'There is no such repository on the hub, or it is private and needs a token.';
    return new HubError('HUB_NOT_FOUND', message, details);
  }
  if (status === 401 || status === 403) {
    return new HubError('HUB_ACCESS_DENIED', 'The hub does not accept the token. Make a new one on its page.', details);
  }
  if (hubCode === 'RevisionNotFound') {
    return new HubError('HUB_NOT_FOUND', 'The repository has no such revision.', details);
  }
  if (status === 404 || status === 410) {
    return new HubError('HUB_NOT_FOUND', `The hub does not have what was asked for (${reason}).`, details);
  }
  return new HubError('HUB_REPLY_INVALID', `${host} replied with status ${status} (${reason}).`, details);
}
