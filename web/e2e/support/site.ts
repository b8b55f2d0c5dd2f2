import { createServer } from 'node:http';

/** A customer's page on another origin of this machine. */
export interface Site {
  url: string;
  /** `localhost:port`, as the inbox's allowed domains name it. */
  host: string;
  show(snippet: string): void;
  close(): void;
}

/**
 * By default another site than the server's, where browsers keep storage from frames; on
 * `127.0.0.1` another origin of the same site.
 */
export async function openSite(name = 'localhost'): Promise<Site> {
  let snippet = '';
  const site = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(
      `<!doctype html><html lang="en"><title>Shop</title><header><h1>Shop</h1></header>${snippet}</html>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${name}:${port}/`,
    host: `${name}:${port}`,
    show: (next) => {
      snippet = next;
    },
    close: () => void site.close(),
  };
}
