import { CxrError, DownloadError } from '../errors.js';
import type { TaskOptions } from '../progress.js';

/** How the Hugging Face hub is reached and where its files are kept. */
export interface HubOptions extends TaskOptions {
  /** @defaultValue {@link defaultCacheFolder} */
  readonly cacheDir?: string | undefined;
  /** Use the cache only; nothing is asked of the network. @defaultValue false */
  readonly offline?: boolean | undefined;
  /** For proxies and tests. @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** @defaultValue https://huggingface.co */
  readonly hubUrl?: string | undefined;
  /** For private and gated repositories. */
  readonly accessToken?: string | undefined;
}

/** What every call of the hub's client takes. */
export interface HubRequest {
  readonly repo: string;
  readonly revision: string;
  readonly fetch: typeof fetch;
  readonly hubUrl?: string;
  readonly accessToken?: string;
}

/** Makes the common part of the calls for one revision; every request of theirs ends with `options.signal`. */
export function hubRequest(repo: string, revision: string, options: HubOptions): HubRequest {
  const { fetch: send = fetch, signal, hubUrl, accessToken } = options;
  return {
    repo,
    revision,
    fetch: (input, init) => send(input, signal === undefined ? init : { ...init, signal }),
    ...(hubUrl === undefined ? {} : { hubUrl }),
    ...(accessToken === undefined ? {} : { accessToken }),
  };
}

/**
 * Turns what a request threw into a {@link DownloadError}; an abort and our own errors go through as they are.
 *
 * @param remark - A further sentence, such as what is kept or how to go on.
 */
export function hubFailure(
  error: unknown,
  what: string,
  signal?: AbortSignal,
  remark = '',
): unknown {
  if (signal?.aborted) return signal.reason;
  if (CxrError.isInstance(error)) return error;
  return new DownloadError(`Could not download ${what}: ${explain(error)} ${remark}`.trim(), error);
}

function explain(error: unknown): string {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 401 || status === 403)
    return `the hub answered ${status}. It is misspelt, or private or gated: then an access token is needed.`;
  if (status === 404) return 'the hub answered 404. The repository, revision or file is not there.';
  if (!(error instanceof Error)) return `${error}.`;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}.`;
}
