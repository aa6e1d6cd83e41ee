import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT: string = 'a'.repeat(40);

/** A local server with the hub's endpoints that the client uses, with its ranges, redirects, Xet answers and errors. */
export interface HubServer extends AsyncDisposable {
  readonly url: string;
  /** Content by path in the repository `owner/name`, at revision `main` and {@link COMMIT}. */
  readonly files: Map<string, Uint8Array>;
  /** `GET path range` of every request. */
  readonly requests: string[];
  /** What happens to a body after `after` bytes: the connection stays silent, or breaks. */
  fault: { readonly kind: 'hold' | 'break'; readonly after: number } | undefined;
  ignoresRange: boolean;
}

export async function startHubServer(): Promise<HubServer> {
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const hub: HubServer = {
    url: `http://127.0.0.1:${port}`,
    files: new Map(),
    requests: [],
    fault: undefined,
    ignoresRange: false,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return hub;
}

function answer(hub: HubServer, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', hub.url);
  hub.requests.push(`GET ${pathname} ${request.headers.range ?? ''}`.trim());
  if (pathname === '/api/models/owner/name/revision/main')
    return json(response, 200, { _id: '1', id: 'owner/name', sha: COMMIT, lastModified: 0 });
  if (pathname.startsWith('/cdn/')) return sendFile(hub, pathname.slice(5), request, response);
  const prefix = `/owner/name/resolve/${COMMIT}/`;
  if (!pathname.startsWith(prefix)) return json(response, 401, { error: 'Repository not found' });
  const path = pathname.slice(prefix.length);
  const content = hub.files.get(path);
  if (content === undefined) {
    response.setHeader('X-Error-Code', 'EntryNotFound');
    return json(response, 404, { error: 'Entry not found' });
  }
  if (!/\.(onnx|data)$/.test(path)) return sendFile(hub, path, request, response);
  if (request.headers.accept?.includes('xet-fileinfo')) return xet(hub, content, response);
  response.writeHead(302, { Location: `${hub.url}/cdn/${path}` }).end();
}

function xet(hub: HubServer, content: Uint8Array, response: ServerResponse): void {
  const link = (name: string) => `<${hub.url}/${name}>; rel="${name}"`;
  response
    .writeHead(200, {
      'Content-Type': 'application/vnd.xet-fileinfo+json',
      'X-Linked-Size': content.length,
      'X-Linked-ETag': '"tag"',
      'X-Xet-Hash': 'b'.repeat(64),
      Link: `${link('xet-auth')}, ${link('xet-reconstruction-info')}`,
    })
    .end('{}');
}

function sendFile(
  hub: HubServer,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const content = hub.files.get(path) ?? new Uint8Array();
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const isRange = first !== undefined && !(hub.ignoresRange && path.endsWith('.data'));
  const start = isRange ? Number(first) : 0;
  const end = isRange ? Math.min(Number(last) + 1, content.length) : content.length;
  const body = content.subarray(start, end);
  response.writeHead(isRange ? 206 : 200, {
    ETag: '"tag"',
    'Content-Length': body.length,
    ...(isRange && { 'Content-Range': `bytes ${start}-${end - 1}/${content.length}` }),
  });
  if (hub.fault === undefined || body.length <= hub.fault.after) response.end(body);
  else
    response.write(body.subarray(0, hub.fault.after), () => {
      // Leaves the client the time to read what was sent before the connection goes.
      if (hub.fault?.kind === 'break') setTimeout(() => response.destroy(), 100);
    });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}
