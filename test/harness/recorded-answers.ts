import { createServer } from 'node:http';

export interface RecordedAnswer {
  status: number;
  /** S3's code and message, as MinIO of 2026-02 gave them. */
  code: string;
  message: string;
}

/** Of a MinIO on a tmpfs of 80 MB. */
export const FULL_DISK: RecordedAnswer = {
  status: 507,
  code: 'XMinioStorageFull',
  message: 'Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.',
};

/** A server that answers everything like one that was met before: for what a test cannot make a real one do. HEAD finds nothing. */
export async function startRecordedAnswers({ status, code, message }: RecordedAnswer) {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'HEAD') {
      // The bucket is there, an object is not.
      response.writeHead(request.url?.split('/').length === 2 ? 200 : 404).end();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><BucketName>assay</BucketName></Error>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${String(address.port)}`,
    accessKey: 'any',
    secretKey: 'any-secret',
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
