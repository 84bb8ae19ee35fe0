/** Writes the published schemas and the generated pages. usage: node dist/docs/generate.js, by `npm run generate`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generatedFiles } from './generated-files.ts';

for (const [file, content] of Object.entries(await generatedFiles())) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
