/**
 * @file Where the hub is, where its files are kept and who asks: as the environment has it for everything that uses the hub.
 * Source: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
import path from 'node:path';
import { readForeignFile } from '../foreignFile.ts';
import { HubError } from './hubError.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface HubSettings {
  /** `HF_ENDPOINT`, which may be a mirror; without a slash at its end. */
  readonly endpoint: string;
  /** `HF_HUB_CACHE`, or `hub` in `HF_HOME`. */
  readonly cacheFolder: string;
  /** `HF_TOKEN_PATH`, or `token` in `HF_HOME`. */
  readonly tokenFile: string;
  /** `HF_HUB_OFFLINE`. */
  readonly isOffline: boolean;
}

const publicEndpoint = 'https://huggingface.co';
const maxTokenBytes = 4096;

/** @throws HubError HUB_SETTING_INVALID */
export function hubSettings(env: Environment, homeFolder: string): HubSettings {
  const inHome = (folder: string) => path.resolve(folder.replace(/^~(?=$|[/\\])/, () => homeFolder));
  const home = inHome(
    set(env, 'HF_HOME') ?? path.join(set(env, 'XDG_CACHE_HOME') ?? path.join(homeFolder, '.cache'), 'huggingface'),
  );
  return {
    endpoint: endpointOf(set(env, 'HF_ENDPOINT') ?? publicEndpoint),
    cacheFolder: inHome(set(env, 'HF_HUB_CACHE') ?? set(env, 'HUGGINGFACE_HUB_CACHE') ?? path.join(home, 'hub')),
    tokenFile: inHome(set(env, 'HF_TOKEN_PATH') ?? path.join(home, 'token')),
    isOffline: ['1', 'ON', 'YES', 'TRUE'].includes(set(env, 'HF_HUB_OFFLINE')?.toUpperCase() ?? ''),
  };
}

/** `HF_TOKEN`, otherwise what `hf auth login` left in the token file. @throws HubError HUB_SETTING_INVALID */
export async function environmentToken(env: Environment, { tokenFile }: HubSettings): Promise<string | undefined> {
  const token =
    set(env, 'HF_TOKEN') ??
    set(env, 'HUGGING_FACE_HUB_TOKEN') ??
    (await readForeignFile(tokenFile, maxTokenBytes).then(
      (bytes) => bytes.toString('utf8').trim(),
      () => '',
    ));
  if (token === '') return undefined;
  assertToken(token);
  return token;
}

/** What cannot stand in a header; the error does not repeat it. @throws HubError HUB_SETTING_INVALID */
export function assertToken(token: string): void {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return;
  throw new HubError('HUB_SETTING_INVALID', 'The token for the hub holds characters that no token has.');
}

/** An empty variable is one that was not set. */
function set(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function endpointOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    const message = 'HF_ENDPOINT must be the address of a hub or of its mirror, such as https://huggingface.co.';
    throw new HubError('HUB_SETTING_INVALID', message);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
