// The ten tools with which systems/admin-copilot began, and all of them called through a client of the TypeScript SDK.
import assert from 'node:assert/strict';

export const tools = ['instainstru_founding_funnel_summary', 'instainstru_founding_stuck_instructors', 'instainstru_instructors_list',
  'instainstru_instructors_coverage', 'instainstru_instructors_detail', 'instainstru_search_top_queries',
  'instainstru_search_zero_results', 'instainstru_invites_preview', 'instainstru_invites_send', 'instainstru_metrics_describe'];

/// Each answers with text and structure that say the same; a batch of invitations is sent once.
export async function callAllTen(client) {
  const call = async (name, args = {}) => {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
    assert.ok(result.structuredContent, `${name} has structured content`);
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
    return result.structuredContent;
  };
  const listed = (await client.listTools()).tools.map((tool) => tool.name);
  for (const name of tools) assert.ok(listed.includes(name), `${name} is listed`);
  await call('instainstru_founding_funnel_summary');
  await call('instainstru_founding_stuck_instructors', {});
  const page = await call('instainstru_instructors_list', { limit: 3 });
  const coverage = await call('instainstru_instructors_coverage');
  assert.match(JSON.stringify(coverage), /Hidden Gems/);
  const someone = JSON.stringify(page).match(/[a-z0-9._-]+@[a-z0-9.-]+/)[0];
  await call('instainstru_instructors_detail', { identifier: someone });
  await call('instainstru_search_top_queries');
  await call('instainstru_search_zero_results');
  await call('instainstru_metrics_describe', { metric_name: 'GMV' });
  const preview = await call('instainstru_invites_preview', { emails: [`new-${Date.now()}-${Math.random().toString(36).slice(2)}@example.com`] });
  const sent = await call('instainstru_invites_send', { confirmation: preview.confirmation, batch_digest: preview.batch_digest });
  assert.ok(sent);
  const again = await client.callTool({ name: 'instainstru_invites_send',
    arguments: { confirmation: preview.confirmation, batch_digest: preview.batch_digest } });
  assert.ok(again.isError, 'a batch is sent once');
}
