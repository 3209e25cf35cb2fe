// MCP Inspector's web interface at systems/research: it connects, its person signs in at the provider beside the system with code and PKCE, it
// calls all three tools, disconnects, and comes back without signing in again. Started by scripts/interop; the last line is `N passed, M failed`.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { start } from './deployment.mjs';
import { Inspector } from './inspector-ui.mjs';

const PERSON = { email: 'analyst@research.example', password: 'front-door-demo' };
const TREND = { routes: ['LGW-LIS'], cabins: ['economy'], group_by: 'carrier', bucket: 'quarter' };
const { values: options } = parseArgs({ options: { pictures: { type: 'string' } } });
let passed = 0, failed = 0;

async function check(title, what) {
  try {
    await what();
    passed++;
    console.log(`ok      ${title}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${title}: ${(error.stack || error.message).replaceAll(/\s+/g, ' ').slice(0, 900)}`);
  }
}

async function answer(inspector, tool, args) {
  const result = await inspector.call(tool, args);
  assert.ok(!result.isError, `${tool}: ${JSON.stringify(result)}`);
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent, 'text and structure say the same');
  return result.structuredContent;
}

async function useAll(inspector) {
  const { results } = await answer(inspector, 'search', { query: 'strike of ground handlers at Copenhagen' });
  assert.ok(results.length > 2 && results.every(({ id, title, url }) => id && title && url.startsWith('https://')), JSON.stringify(results));
  const document = await answer(inspector, 'fetch', { id: results[0].id });
  assert.equal(document.url, results[0].url);
  assert.ok(document.text.length > 3000);
  const { series } = await answer(inspector, 'airfare_trend_insights', TREND);
  assert.deepEqual(series.map(({ carrier }) => carrier).toSorted(), ['Albaran', 'Pocketjet', 'Veloria']);
}

const deployment = await start('systems/research');
try {
  const inspector = await Inspector.start({ pictures: options.pictures });
  try {
    await check('connects; its person signs in through the browser', async () => {
      await inspector.connect(deployment.endpoint, { person: PERSON });
      assert.equal(inspector.signIns, 1);
      assert.deepEqual((await inspector.tools()).map(({ name }) => name).toSorted(), ['airfare_trend_insights', 'fetch', 'search']);
    });
    await check('calls all three tools', () => useAll(inspector));
    await inspector.portrait('research-inspector');
    await check('disconnects, comes back without signing in, calls all three again', async () => {
      await inspector.disconnect();
      await inspector.reconnect();
      assert.equal(inspector.signIns, 1, 'its person had to sign in again');
      await useAll(inspector);
    });
  } finally {
    await inspector.close();
  }
} finally {
  await check('the system ends well, its provider with it', async () => assert.equal(await deployment.stop(), 0));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
