// Clickjacking in a real Chromium: a page of somebody else puts every page of ours into a frame, and none appears there (T10).
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { open } from '../browser.mjs';
import { start } from '../deployment.mjs';

let deployment, chromium, base, evil;

before(async () => {
  deployment = await start('systems/admin-copilot/identity-provider');
  base = new URL(deployment.endpoint).origin;
  evil = createServer((request, response) => response.writeHead(200, { 'Content-Type': 'text/html' })
    .end(`<!doctype html><title>Win a prize</title><iframe src="${base}${request.url}"></iframe>`)).listen(0, '127.0.0.1');
  await new Promise((done) => evil.once('listening', done));
  chromium = await open();
});

after(async () => {
  await chromium?.close();
  evil?.close();
  await deployment?.stop();
});

test('no page of ours shows in a frame of somebody else', async () => {
  const page = await (await chromium.newContext()).newPage();
  await page.goto(`${base}/login`);
  assert.match(await page.content(), /id="password"/, 'the page is there when nobody frames it');
  for (const path of ['/login', '/account', '/device', '/authorize', '/authorize?client_id=nobody', '/link?token=x']) {
    await page.goto(`http://127.0.0.1:${evil.address().port}${path}`);
    await page.waitForLoadState();
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    const shown = await framed?.content().catch(() => '');
    assert.match(shown ?? '', /ERR_BLOCKED_BY_RESPONSE/, `${path} shows in a frame`);
  }
});
