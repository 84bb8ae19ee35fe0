import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, screenshot } from '../harness/browser.ts';
import { startStack, type Stack } from '../harness/stack.ts';

describe('a run as people see it', () => {
  let stack: Stack;
  let browser: Browser;
  before(async () => {
    [stack, browser] = [await startStack(), await openBrowser()];
    await stack.run({ pipeline: 'tiny' }, 'seen-by-people');
  });
  after(async () => {
    await browser.close();
    await stack.stop();
  });

  it("shows the run, its activities and their summaries in Temporal's UI", async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await page.goto(`${stack.temporal.ui}/namespaces/default/workflows`);
    await page.getByText('seen-by-people').first().waitFor();
    await screenshot(page, 'temporal-workflows');
    await page.getByRole('link', { name: 'seen-by-people' }).first().click();
    await page.getByText('check-raw (check)').first().waitFor();
    for (const summary of ['ingest', 'check-clean (check)', 'finetune', 'evaluate', 'report'])
      assert.ok((await page.getByText(summary, { exact: true }).count()) > 0, summary);
    await screenshot(page, 'temporal-run');
    await page.close();
  });

  it('opens the report in light, dark, print and on a phone, without a request and without scrolling sideways', async () => {
    const state = await stack.state('seen-by-people');
    const ref = state?.steps.find(({ id }) => id === 'report')?.outcome?.outputs['report'];
    assert.ok(ref);
    const file = join(stack.home, 'report.html');
    await writeFile(file, await stack.store.fetchBytes(ref));
    for (const [name, colorScheme, width, height] of [
      ['report-light', 'light', 1280, 900],
      ['report-dark', 'dark', 1280, 900],
      ['report-phone', 'light', 360, 800],
    ] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height } });
      const requests: string[] = [];
      const errors: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(pathToFileURL(file).href);
      await screenshot(page, name, true);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith('file:')),
        [],
        name,
      );
      assert.deepEqual(errors, [], name);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, `${name} scrolls sideways`);
      await page.close();
    }
  });
});
