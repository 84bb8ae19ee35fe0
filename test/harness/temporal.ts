import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../contracts/control.ts';
import { freePort } from './free-port.ts';
import { BIN } from './paths.ts';
import { startProcess, type Running } from './process.ts';

export interface TemporalServer {
  address: string;
  ui: string;
  process: Running;
}

/** The real server with its UI, state in memory, on free ports of the loopback interface. */
export async function startTemporal(): Promise<TemporalServer> {
  const [port, uiPort] = [await freePort(), await freePort()];
  const attributes = Object.values(SEARCH_ATTRIBUTES).flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
  const process = await startProcess(
    join(BIN, 'temporal'),
    [
      ...[
        'server',
        'start-dev',
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--ui-port',
        String(uiPort),
        '--log-level',
        'error',
      ],
      ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
      ...['--dynamic-config-value', 'history.transferProcessorMaxPollHostRPS=4000'],
      ...attributes,
    ],
    { ready: /UI:\s/i },
  );
  return { address: `127.0.0.1:${String(port)}`, ui: `http://127.0.0.1:${String(uiPort)}`, process };
}
