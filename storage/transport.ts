import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';

export interface Timeouts {
  /** Until the connection stands. */
  connectMs: number;
  /** Silence on an open connection. */
  idleMs: number;
}

/** An answer that did not come; `code` is the one that Node gives to a connection that timed out. */
export class NoAnswerError extends Error {
  readonly code = 'ETIMEDOUT';
  readonly waitedMs: number;

  constructor(waitedMs: number) {
    super(`no answer in ${String(waitedMs)} ms`);
    this.waitedMs = waitedMs;
  }
}

type OnResponse = (response: IncomingMessage) => void;

/** Node's HTTP with limits on waiting, which minio-js does not set. */
export function createTransport(secure: boolean, timeouts: Timeouts) {
  const send = secure ? https.request : http.request;
  return {
    request(first: RequestOptions | string | URL, second?: RequestOptions | OnResponse, third?: OnResponse) {
      const target = typeof first === 'string' || first instanceof URL ? urlToHttpOptions(new URL(first)) : first;
      const options = typeof second === 'object' ? second : {};
      const sent = send({ ...target, ...options, timeout: timeouts.idleMs });
      limitWaiting(sent, timeouts);
      const onResponse = typeof second === 'function' ? second : third;
      if (onResponse !== undefined)
        sent.once('response', (response) => {
          keepReason(response);
          onResponse(response);
        });
      return sent;
    },
  };
}

// minio-js throws the body of these answers away, and with it the reason; any other 5xx it reads.
const HIDDEN_BY_MINIO_JS = new Set([500, 502, 503, 504]);
const READ_BY_MINIO_JS = 598;

function keepReason(response: IncomingMessage): void {
  const { statusCode, headers } = response;
  const explained = headers['content-type']?.includes('xml') === true;
  if (statusCode !== undefined && HIDDEN_BY_MINIO_JS.has(statusCode) && explained)
    response.statusCode = READ_BY_MINIO_JS;
}

function limitWaiting(sent: ClientRequest, { connectMs, idleMs }: Timeouts): void {
  let response: IncomingMessage | undefined;
  sent.once('response', (message) => {
    response = message;
  });
  sent.once('timeout', () => {
    (response ?? sent).destroy(new NoAnswerError(idleMs));
  });
  sent.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      sent.destroy(new NoAnswerError(connectMs));
    }, connectMs);
    const clear = (): void => {
      clearTimeout(timer);
    };
    socket.once('connect', clear);
    sent.once('close', clear);
  });
}
