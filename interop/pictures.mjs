// The pictures of the manual: each system started as a user starts it, its person in a real Chromium with MCP Inspector: sign-in page, consent page,
// and what the Inspector shows after a few calls. Started by scripts/pictures.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { start } from './deployment.mjs';
import { Inspector } from './inspector-ui.mjs';

const DEMO = 'front-door-demo';
const SYSTEMS = {
  'admin-copilot': { person: { email: 'admin@instainstru.example', password: DEMO }, calls: [
    ['instainstru_founding_funnel_summary'], ['instainstru_search_zero_results'], ['instainstru_instructors_coverage']] },
  'code-search': { person: { email: 'dev@code.example', password: DEMO }, env: { CODE_SEARCH_EMBEDDINGS: 'none' }, calls: [
    ['find_symbol', { name: 'HikariPool' }], ['search_code', { query: 'connection leak detection' }]] },
  research: { person: { email: 'analyst@research.example', password: DEMO }, calls: [
    ['search', { query: 'price war between Gatwick and Lisbon' }],
    ['airfare_trend_insights', { routes: ['LGW-LIS'], cabins: ['economy'], group_by: 'carrier', bucket: 'quarter' }]] },
  inspector: { person: { email: 'ada@example.com', password: 'inspector-demo' }, calls: [
    ['files_list'], ['math_calculate', { expression: '(1.10 + 2.20) * 3' }], ['files_search', { text: 'Saturn' }]] },
  toolbridge: { person: { email: 'sam@consulting.example', password: DEMO }, env: { TOOLBRIDGE_EMBEDDINGS: 'hashed' }, calls: [
    ['list_tasks', { limit: 5 }], ['list_notes', { limit: 5 }]] },
};
const { values: options } = parseArgs({ options: { only: { type: 'string' }, into: { type: 'string' } } });
const into = resolve(options.into);
mkdirSync(into, { recursive: true });

for (const [name, { person, env, calls }] of Object.entries(SYSTEMS)) {
  if (options.only && options.only !== name) continue;
  const work = mkdtempSync(join(tmpdir(), 'pictures-'));
  const deployment = await start(`systems/${name}`, { env });
  try {
    const inspector = await Inspector.start({ pictures: work });
    try {
      await inspector.connect(deployment.endpoint, { person });
      await inspector.tools();
      for (const [tool, args] of calls) {
        const result = await inspector.call(tool, args);
        assert.ok(!result.isError, `${name} ${tool}: ${JSON.stringify(result)}`);
      }
      await inspector.picture('calls');
    } finally {
      await inspector.close();
    }
    for (const each of ['sign-in', 'consent', 'calls']) renameSync(join(work, `${each}.png`), join(into, `${name}-${each}.png`));
    console.log(`${name}: sign-in, consent, calls`);
  } finally {
    await deployment.stop();
    rmSync(work, { recursive: true, force: true });
  }
}
