// What clients do to the endpoint itself: paths, Accept, streams, sessions, eras.
import assert from 'node:assert/strict';
import { parameter, send } from '../wire.mjs';

const SOON = 5_000;   // milliseconds, on a busy machine too: what hangs takes minutes
const ACCEPTS = { events: 'text/event-stream', json: 'application/json', any: '*/*', none: null };
const NAMES = { events: '`Accept: text/event-stream` alone', json: '`Accept: application/json` alone', any: '`Accept: */*`', none: 'no `Accept` at all' };

const accept = (kind, seen) => ({
  id: `T5-${kind}`, says: `Sends ${NAMES[kind]}; is answered, never 406.`, seen,
  async play(client) {
    await client.signIn();
    for (const revision of [client.data.speaks, '2026-07-28']) {
      const modern = revision === '2026-07-28';
      const answer = await client.rpc(modern ? 'server/discover' : 'initialize', client.greeting(), { modern, headers: { accept: ACCEPTS[kind] } });
      assert.ok(answer.expect(200).json.result, `${answer}`);
      const type = String(answer.headers['content-type']);
      if (kind === 'events') assert.match(type, /^text\/event-stream/);
      if (kind === 'json') assert.match(type, /^application\/json/);
    }
  },
});

export const transport = [
  {
    id: 'T1', says: 'Posts to `/mcp` or `/mcp/`, as it was typed; both are served and challenged, neither is redirected.',
    seen: ['zoho/analytics-mcp-server#22', 'BerriAI/litellm#23688', 'agencyenterprise/draft-detective#774'],
    async play(client) {
      for (const url of [client.endpoint, `${client.endpoint}/`]) {
        const knock = (await client.rpc('initialize', client.greeting(), { url, token: null })).expect(401);
        assert.ok(parameter(knock.challenge, 'resource_metadata'));
      }
      await client.signIn();
      for (const url of [client.endpoint, `${client.endpoint}/`]) (await client.rpc('initialize', client.greeting(), { url })).expect(200);
    },
  },
  {
    id: 'T2', says: 'Follows absolute URLs as they are written; behind a TLS proxy every one has the public origin.', seen: ['BerriAI/litellm#34845'],
    proxied: true,
    async play(client, world) {
      const knock = (await client.rpc('initialize', client.greeting(), { token: null })).expect(401);
      assert.ok(parameter(knock.challenge, 'resource_metadata').startsWith(`${world.origin}/`), knock.challenge);
      await client.signIn();
      const texts = [JSON.stringify(client.resource), JSON.stringify(client.server), client.authorizeUrl()];
      for (const text of texts) assert.doesNotMatch(text, /127\.0\.0\.1:\d+\/(mcp|authorize|token|register|revoke|\.well-known)/);
      const all = texts.join().match(/https?:\/\/localhost[:\d]*/g).filter((found) => found !== world.origin);
      assert.deepEqual(all.filter((found) => !found.startsWith(world.documents.origin) && !client.redirect.startsWith(found)), []);
    },
  },
  {
    id: 'T4', says: 'Posts to the token and registration endpoints and follows a redirect without its body; is never redirected.', seen: ['PostHog/posthog#49807'],
    async play(client) {
      await client.discover();
      for (const url of [client.at.token, client.at.revoke, client.at.register]) {
        for (const type of ['application/x-www-form-urlencoded', 'application/json']) {
          const { status } = await client.post(url, '{}', { 'content-type': type });
          assert.ok(status >= 400 && status < 500, `${url}: ${status}`);
        }
      }
    },
  },
  accept('events', ['modelcontextprotocol/python-sdk#2349', 'punkpeye/mcp-remote#215']),
  accept('json', ['gts360/django-mcp-server#35', 'modelcontextprotocol/typescript-sdk#1944']),
  accept('any', ['PrefectHQ/fastmcp#1664']),
  accept('none', ['modelcontextprotocol/typescript-sdk#1944']),
  {
    id: 'T6', says: 'Opens a stream by GET, with or without a session, and waits for the headers; gets the stream, or 405 with `Allow`, at once.',
    seen: ['modelcontextprotocol/python-sdk#3492', 'PrefectHQ/fastmcp#3179', 'punkpeye/mcp-proxy#62', 'cap-js/mcp#36', 'upstash/context7#2099'],
    async play(client) {
      await client.signIn();
      const none = await client.rpc('', {}, { http: 'GET', headers: { accept: 'text/event-stream' }, modern: false });
      assert.ok(none.expect(405).headers.allow.includes('POST') && none.took < SOON, `${none} after ${none.took} ms`);
      if (client.modern) return;
      await client.connect();
      const stream = await client.rpc('', {}, { http: 'GET', headers: { ...client.session, accept: 'text/event-stream' } });
      assert.ok(stream.expect(200).took < SOON && stream.headers['content-type'].startsWith('text/event-stream'), `${stream}`);
    },
  },
  {
    id: 'T7', says: 'Comes with a session that is gone; gets 404 and begins again. Without a token it gets 401 first.',
    seen: ['DAWNCR0W/affine-mcp-server#301', 'markmhendrickson/neotoma#1923', 'onyx-dot-app/agent-wiki#158'],
    async play(client) {
      await client.signIn();
      const gone = { 'mcp-session-id': 'a-session-of-another-life', 'mcp-protocol-version': client.data.speaks };
      (await client.call('search', { query: 'milk' }, { headers: gone })).expect(404);
      (await client.rpc('', {}, { http: 'GET', headers: { ...gone, accept: 'text/event-stream' } })).expect(404);
      (await client.call('search', { query: 'milk' }, { headers: gone, token: null })).expect(401);
      await client.works();
    },
  },
  {
    id: 'T8', says: 'Never begins a session again, so it is lost when the server restarts; its session holds.', restarts: true,
    seen: ['punkpeye/mcp-remote#106', 'sparfenyuk/mcp-proxy#149', 'spring-projects/spring-ai#2785'],
    async play(client, world) {
      await client.signIn();
      await client.connect();
      await world.restart();
      assert.match(JSON.stringify((await client.call('search', { query: 'milk' })).expect(200).json.result), /buy milk/);
    },
  },
  {
    id: 'T9', says: 'Runs in a web page: asks first without a token, and reads the session and the challenge from the answer.',
    seen: ['ai-ecoverse/slicc#1824', 'better-auth/better-auth#9992'],
    async play(client) {
      const { origin } = client.data.discovery.headers;
      const wanted = ['authorization', 'content-type', 'mcp-session-id', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'last-event-id'];
      const asked = (await send('OPTIONS', client.endpoint, { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': wanted.join(',') } })).expect(200, 204);
      const allowed = asked.headers['access-control-allow-headers'].toLowerCase();
      for (const name of wanted) assert.ok(allowed.includes(name) || allowed === '*', `${name} is not among ${allowed}`);
      const knock = (await client.rpc('initialize', {}, { token: null, headers: { origin } })).expect(401);
      assert.equal(knock.headers['access-control-allow-origin'], origin);
      const exposed = knock.headers['access-control-expose-headers'].toLowerCase();
      for (const name of ['mcp-session-id', 'www-authenticate']) assert.ok(exposed.includes(name), `${name} is not among ${exposed}`);
      await client.discover();
      for (const url of [client.at.token, client.at.register]) {
        (await send('OPTIONS', url, { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })).expect(200, 204);
      }
    },
  },
  {
    id: 'T10', everyone: true, says: 'Speaks its own revision; both eras are served on one URL.', seen: ['laravel/mcp#341'],
    async play(client) {
      await client.signIn();
      await client.works();
      (await client.rpc('server/discover', {}, { modern: true })).expect(200);
      (await client.rpc('initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'old', version: '1' } }, { modern: false })).expect(200);
    },
  },
  {
    id: 'T11', says: 'Is of the modern era: discovers, sends its method and name in headers, and gets no session. What does not agree is refused.',
    seen: ['punkpeye/mcp-remote#306', 'laravel/mcp#341'],
    async play(client) {
      await client.signIn();
      const found = (await client.rpc('server/discover')).expect(200);
      assert.equal(found.headers['mcp-session-id'], undefined);
      assert.ok(found.json.result.supportedVersions.includes('2026-07-28'));
      const wrong = await client.rpc('tools/call', { name: 'search', arguments: { query: 'x' } }, { headers: { 'mcp-name': 'fetch' } });
      assert.equal(wrong.expect(400).json.error.code, -32020);
      const missing = await client.rpc('tools/list', {}, { headers: { 'mcp-method': null } });
      assert.equal(missing.expect(400).json.error.code, -32020);
      const unknown = await client.rpc('tools/unheard-of');
      assert.equal(unknown.expect(404).json.error.code, -32601);
      const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01',
        'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' }, 'io.modelcontextprotocol/clientCapabilities': {} } } };
      const future = await client.post(client.endpoint, JSON.stringify(message), { 'content-type': 'application/json', accept: 'application/json, text/event-stream',
        authorization: `Bearer ${client.tokens.access_token}`, 'mcp-protocol-version': '2099-01-01', 'mcp-method': 'tools/list' });
      assert.equal(future.expect(400).json.error.code, -32022);
      assert.ok(JSON.stringify(future.json.error.data).includes('2026-07-28'));
    },
  },
  {
    id: 'T12', says: 'Asks what it does not know to be there before `initialize`; gets -32601 and falls back.', seen: ['czlonkowski/n8n-mcp#1019', 'laravel/mcp#287'],
    async play(client) {
      await client.signIn();
      assert.equal((await client.rpc('server/unheard-of', {}, { modern: false })).json.error.code, -32601);
      (await client.rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'fallen', version: '1' } }, { modern: false })).expect(200);
    },
  },
  {
    id: 'T13', says: 'Asks for metadata with `Accept-Encoding: identity`; gets it plain.', seen: ['geelen/mcp-remote#279'],
    async play(client) {
      for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server']) {
        for (const encoding of ['identity', undefined]) {
          const answer = (await client.get(path, { 'accept-encoding': encoding ?? null })).expect(200);
          assert.equal(answer.headers['content-encoding'], undefined);
          assert.ok(answer.json);
        }
      }
    },
  },
];
