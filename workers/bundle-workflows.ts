import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { besideMe } from './paths.ts';

/** Run by the build: workers then start without bundling. */
const out = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const { code } = await bundleWorkflowCode({ workflowsPath: besideMe(import.meta.url, '../workflows/index') });
await writeFile(`${out}.part`, code);
await rename(`${out}.part`, out);
