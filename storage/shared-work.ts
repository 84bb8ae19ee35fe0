/** Work that several callers may want at the same time is done once for all of them. */
export interface SharedWork<T> {
  /** Whoever gives up leaves the others to the result; when the last one leaves, `stop` ends the work. */
  join(id: string, signal: AbortSignal | undefined, start: (stop: AbortSignal) => Promise<T>): Promise<T>;
}

export function createSharedWork<T>(): SharedWork<T> {
  const underWay = new Map<string, { result: Promise<T>; waiting: number; stop: AbortController }>();
  return {
    async join(id, signal, start) {
      let work = underWay.get(id);
      if (work === undefined) {
        const stop = new AbortController();
        work = { result: start(stop.signal), waiting: 0, stop };
        underWay.set(id, work);
      }
      work.waiting += 1;
      try {
        return await orAborted(work.result, signal);
      } finally {
        work.waiting -= 1;
        if (work.waiting === 0) {
          if (underWay.get(id) === work) underWay.delete(id);
          work.stop.abort(new Error('nobody waits for this any more'));
        }
      }
    },
  };
}

async function orAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
