// What clients ask for, and what their person sees and answers.
import assert from 'node:assert/strict';
import { LOST_ISS } from '../client.mjs';
import { parameter } from '../wire.mjs';

const works = async (client) => { await client.signIn(); await client.works(); };

export const authorization = [
  {
    id: 'A1', quirk: 'without_iss', switched: true, says: 'Insists on `iss` where it is promised, and loses it on the way; works where the switch promises and sends none.',
    seen: ['openai/codex#33354', 'punkpeye/mcp-remote#359', 'NousResearch/hermes-agent#105911', 'google-gemini/gemini-cli#29117'],
    async play(client, world) {
      await assert.rejects(world.client(client.data).signIn(), new RegExp(LOST_ISS));
      await works(world.switched.client(client.data));
      await works(world.switched.client({ ...client.data, authorize: { ...client.data.authorize, iss: 'checks' } }));
    },
  },
  {
    id: 'A2', says: 'Leaves `resource` out, gives it a slash, or names the origin alone; the token is for the endpoint all the same.',
    seen: ['anthropics/claude-ai-mcp#299', 'PrefectHQ/fastmcp#2763', 'cloudflare/workers-oauth-provider#288'],
    async play(client, world) {
      for (const resource of new Set([client.data.authorize.resource, 'none', 'slash', 'origin', 'endpoint'])) {
        const one = world.client({ ...client.data, authorize: { ...client.data.authorize, resource } });
        await works(one);
        const claims = JSON.parse(Buffer.from(one.tokens.access_token.split('.')[1], 'base64url'));
        assert.deepEqual([claims.aud].flat(), [one.endpoint]);
      }
      const lost = await world.client(client.data).discover();
      await lost.register();
      const { back } = await refusedBack(lost, world, { resource: 'https://elsewhere.example/mcp' });
      assert.equal(back.searchParams.get('error'), 'invalid_target');
    },
  },
  {
    id: 'A5', quirk: 'needless_scopes', says: 'Asks for `offline_access`, `openid` and the like, which nobody offered; they are passed over.', seen: ['anthropics/claude-code#41610'],
    async play(client) {
      assert.ok(client.data.authorize.alwaysAsks.length);
      await works(client);
      assert.ok(client.scope().split(' ').includes(client.data.authorize.alwaysAsks[0]));
      assert.equal(client.tokens.scope.split(' ').filter((scope) => scope !== 'offline_access').join(' '), 'notes:read');
    },
  },
  {
    id: 'A6', says: 'Asks for every scope of the server\'s metadata, which therefore lists no more than what is given unasked.',
    seen: ['tldraw/tldraw#10612', 'anthropics/claude-code#4540', 'openai/codex#15643'],
    async play(client) {
      assert.equal(client.data.authorize.scope, 'server');
      await works(client);
      assert.deepEqual(client.server.scopes_supported, ['notes:read']);
      assert.ok(!client.tokens.scope.includes('notes:write'));
    },
  },
  {
    id: 'A7', says: 'Opens two tabs at once; each can be answered, whichever comes first.', seen: ['PrefectHQ/fastmcp#4818', 'PrefectHQ/fastmcp#3784'],
    async play(client, world) {
      const other = world.client(client.data);
      for (const each of [client, other]) { await each.discover(); await each.register(); }
      const person = world.person();
      const first = await person.consentPage(world.reach(client.authorizeUrl()));
      const second = await person.consentPage(world.reach(other.authorizeUrl()));
      for (const [each, page] of [[other, second], [client, first]]) {
        each.keep(await each.redeem(each.callback(new URL((await person.decide(page)).expect(303).location))));
      }
    },
  },
  {
    id: 'A8', says: 'Says its name and is shown by its host; a person who allowed it once is asked again when another site sends them.',
    seen: ['JSONbored/metagraphed#11569', 'PrefectHQ/fastmcp#3201', 'PrefectHQ/fastmcp#3960'],
    async play(client, world) {
      await client.signIn();
      assert.ok(client.consent.includes(new URL(client.id).host) || client.consent.includes(new URL(client.id).hostname), client.consent);
      assert.ok(client.consent.includes(client.data.document.client_name));
      const page = await world.person().consentPage(world.reach(client.authorizeUrl()));
      assert.ok(page.expect(200).text.includes('name="decision"'), 'consent was taken from memory');
    },
  },
  {
    id: 'A9', says: 'Makes a mistake: is told so at its redirect URI once that is proven, and by a page of ours before.', seen: ['PrefectHQ/fastmcp#4293'],
    async play(client, world) {
      await client.discover();
      await client.register();
      const { back } = await refusedBack(client, world, { response_type: 'token' });
      assert.equal(back.searchParams.get('error'), 'unsupported_response_type');
      assert.equal(back.searchParams.get('state'), client.state);
      assert.equal(back.searchParams.get('iss'), world.origin);
      const page = await world.person().consentPage(world.reach(client.authorizeUrl({ response_type: 'token', redirect_uri: 'https://evil.example/cb' })));
      assert.ok(page.location === undefined && !page.text.includes('evil.example'), `${page}`);
    },
  },
  {
    id: 'K8', quirk: 'scope_told_in_result', says: 'Can do nothing with 403 and a challenge for more scopes; its model is told what is missing. Others are challenged.',
    seen: ['anthropics/claude-code#44652', 'anthropics/claude-code#19066', 'anthropics/claude-code#28258', 'anthropics/claude-code#68720'],
    async play(client, world) {
      await client.signIn();
      await client.connect();
      const told = (await client.call('notes_add', { text: 'x' })).expect(200).json.result;
      assert.ok(told.isError && told.content[0].text.includes('notes:write'), JSON.stringify(told));
      const document = { ...client.data.document, client_name: 'Somebody else' };
      const other = await world.client({ ...client.data, key: 'somebody-else', document }).signIn();
      await other.connect();
      const { challenge } = (await other.call('notes_add', { text: 'x' })).expect(403);
      assert.equal(parameter(challenge, 'error'), 'insufficient_scope');
      assert.equal(parameter(challenge, 'scope'), 'notes:write');
    },
  },
];

/// A refusal is for the client, but nobody vouches for it: the person goes there by a link. Where that leads.
async function refusedBack(client, world, more) {
  const page = await world.person().consentPage(world.reach(client.authorizeUrl(more)));
  if (page.location) return { back: new URL(page.location) };
  const link = [...page.expect(200).text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href.replaceAll('&amp;', '&')).find((href) => href.startsWith(client.redirect));
  assert.ok(link, `no way back to the client: ${page}`);
  return { back: new URL(link) };
}
