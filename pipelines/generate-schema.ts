/** Writes the published schemas. usage: node dist/pipelines/generate-schema.js [DIR], by `npm run schema`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { publishedSchemas } from './schema.ts';

const dir = process.argv[2] ?? join('pipelines', 'schema');
for (const [file, schema] of Object.entries(publishedSchemas())) {
  await mkdir(dirname(join(dir, file)), { recursive: true });
  await writeFile(join(dir, file), `${JSON.stringify(schema, null, 2)}\n`);
}
