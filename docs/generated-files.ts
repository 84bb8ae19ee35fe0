import { format } from 'prettier';
import { publishedSchemas } from '../pipelines/schema.ts';
import { errorsPage } from './errors-page.ts';
import { pipelinesPage } from './pipelines-page.ts';

/** Path from the project's root → content, of everything that `npm run generate` writes. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const style = { parser: 'markdown', printWidth: 120, singleQuote: true };
  const schemas = Object.entries(publishedSchemas()).map(
    ([file, schema]) => [`pipelines/schema/${file}`, `${JSON.stringify(schema, null, 2)}\n`] as const,
  );
  return {
    'docs/errors.md': await format(errorsPage(), style),
    'docs/pipelines.md': await format(pipelinesPage(), style),
    ...Object.fromEntries(schemas),
  };
}
