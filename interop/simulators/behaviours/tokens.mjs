// How clients keep, renew, lose and misuse tokens; and what they make of the list of tools.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { parameter } from '../wire.mjs';

const PROCESSES = 5;

export const tokens = [
  {
    id: 'K1', says: 'Refreshes with one token from five processes at once; all go on, and stragglers do no harm.',
    seen: ['anthropics/claude-code#85236', 'anthropics/claude-code#84440', 'comet-ml/opik#8287', 'PrefectHQ/fastmcp#4264'],
    async play(client) {
      await client.signIn();
      const old = client.tokens.refresh_token;
      const answers = await Promise.all(Array.from({ length: PROCESSES }, () => client.refresh(old)));
      const successors = new Set(answers.map((answer) => answer.expect(200).json.refresh_token));
      assert.equal(successors.size, 1);
      assert.deepEqual((await client.refresh(old)).expect(200).json.refresh_token, [...successors][0], 'a straggler gets the same');
      for (const answer of answers) {
        client.keep(answer);
        client.session = undefined;
        await client.works();
      }
      client.keep(await client.refresh());
    },
  },
  {
    id: 'K2', says: 'Uses a refresh token that was spent long ago; gets `invalid_grant`, and its person can sign in again.', seen: ['anthropics/claude-code#66210', 'PrefectHQ/fastmcp#4276', 'exceptionless/Exceptionless#2404'],
    async play(client, world) {
      const at = client.data.authorize.iss === 'loses' ? world.switched.client(client.data) : client;
      await at.signIn();
      const old = at.tokens.refresh_token;
      at.keep(await at.refresh());
      at.keep(await at.refresh());
      (await at.refresh(old)).refused(400, 'invalid_grant');
      (await at.refresh()).refused(400, 'invalid_grant');
      await at.signIn();
      await at.works();
    },
  },
  {
    id: 'K3', says: 'Never refreshes; a token that is over gets 401 with a challenge, and nothing else.', seen: ['anthropics/claude-ai-mcp#228', 'anthropics/claude-code#65036', 'anthropics/claude-code#21333'],
    async play(client) {
      await client.signIn();
      const over = client.tokens.access_token.replace(/.{10}$/, 'AAAAAAAAAA');
      const answer = (await client.call('search', { query: 'x' }, { token: over })).expect(401);
      assert.equal(parameter(answer.challenge, 'error'), 'invalid_token');
      assert.ok(parameter(answer.challenge, 'resource_metadata'));
    },
  },
  {
    id: 'K4', says: 'Sends a token of somewhere else, or never the one that it got; the operator can see both.', seen: ['anthropics/claude-ai-mcp#155', 'anthropics/claude-ai-mcp#299', 'anthropics/claude-code#88831'],
    async play(client, world) {
      const { client_name, redirect_uris, grant_types } = client.data.document;
      const idle = world.client({ ...client.data, document: undefined, registration: { client_name, redirect_uris, grant_types, token_endpoint_auth_method: 'none' } });
      await idle.signIn();
      const robot = world.client(client.data);
      await robot.discover();
      Object.assign(robot, { id: 'robot', secret: world.secret });
      const elsewhere = await robot.atToken({ grant_type: 'client_credentials', resource: 'https://api.notes.example' }, { method: 'client_secret_post' });
      (await client.rpc('tools/list', {}, { token: elsewhere.expect(200).json.access_token })).expect(401);
      const lines = await world.audit();
      assert.ok(lines.some(({ event, outcome, reason }) => event === 'authenticate' && outcome === 'refused' && /api.notes.example.*this door is/.test(reason)), 'that the audience is wrong is on record');
      const his = lines.filter(({ client_id }) => client_id === idle.id);
      assert.ok(his.some(({ event, outcome }) => event === 'token' && outcome === 'allowed'), 'that a token was issued is on record');
      assert.ok(!his.some(({ event }) => event.startsWith('tools/')), 'and that it was never used');
    },
  },
  {
    id: 'K5', says: 'Names a wrong resource at the token endpoint; neither the code nor the refresh token is lost by that.', seen: ['cloudflare/workers-oauth-provider#246', 'cloudflare/workers-oauth-provider#258'],
    async play(client) {
      await client.discover();
      await client.register();
      const method = 'client_secret_basic';
      const code = await client.allowed();
      (await client.redeem(code, { resource: 'https://elsewhere.example/mcp' }, { method })).refused(400, 'invalid_target');
      client.keep(await client.redeem(code, {}, { method }));
      (await client.refresh(undefined, { resource: 'https://elsewhere.example/mcp' }, { method })).refused(400, 'invalid_target');
      client.keep(await client.refresh(undefined, {}, { method }));
    },
  },
  {
    id: 'K6', says: 'Sends a malformed content type or Basic header to the token endpoint; gets 400 or 401, never 500.', seen: ['cloudflare/workers-oauth-provider#240', 'cloudflare/workers-oauth-provider#247'],
    async play(client) {
      await client.discover();
      for (const type of [undefined, '', ';', 'application/json', 'text/plain; charset', 'application/x-www-form-urlencoded; charset=utf-99', 'multipart/form-data']) {
        (await client.post(client.at.token, 'grant_type=refresh_token&refresh_token=x&client_id=x', type === undefined ? {} : { 'content-type': type })).expect(400, 401, 415);
      }
      for (const basic of ['Basic', 'Basic !!!!', 'Basic OjpvOg', `Basic ${Buffer.from('%zz:%zz').toString('base64')}`, `Basic ${Buffer.from([0xff, 0xfe]).toString('base64')}`]) {
        (await client.post(client.at.token, 'grant_type=refresh_token&refresh_token=x', { 'content-type': 'application/x-www-form-urlencoded', authorization: basic })).expect(400, 401);
      }
    },
  },
  {
    id: 'K7', says: 'Sends a refresh token, or a token signed with a secret, where an access token belongs; gets 401.', seen: ['PrefectHQ/fastmcp#3524', 'PrefectHQ/fastmcp#3419'],
    async play(client) {
      await client.discover();
      await client.register();
      client.keep(await client.redeem(await client.allowed(), {}, { method: 'client_secret_basic' }));
      const [, body] = client.tokens.access_token.split('.');
      const head = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt' })).toString('base64url');
      const mine = `${head}.${body}.${createHmac('sha256', 'secret').update(`${head}.${body}`).digest('base64url')}`;
      const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body}.`;
      for (const token of [client.tokens.refresh_token, mine, none]) (await client.rpc('tools/list', {}, { token })).expect(400, 401);
    },
  },
  {
    id: 'K9', says: 'Keeps a token that was revoked; it ends at once.', seen: ['anthropics/claude-ai-mcp#379'],
    async play(client) {
      await client.signIn();
      await client.works();
      (await client.revoke(client.tokens.refresh_token)).expect(200);
      (await client.call('search', { query: 'x' })).expect(401);
    },
  },
  {
    id: 'L1', says: 'Drops tools whose name is long or unusual; the name of the server and of each tool stay below 60 together.',
    seen: ['sparfenyuk/mcp-proxy#45', 'microsoft/vscode#243602', 'awslabs/mcp#616', 'github/github-mcp-server#520'],
    async play(client) {
      await client.signIn();
      for (const name of await client.works()) assert.match(name, /^[A-Za-z0-9_-]{1,48}$/);
    },
  },
  {
    id: 'L2', says: 'Wants tools that are called `search` and `fetch`; an operator can name them so.', seen: ['metatool-ai/metamcp#164'],
    async play(client) {
      await client.signIn();
      const names = await client.works();
      for (const name of ['search', 'fetch']) assert.ok(names.includes(name), `${names}`);
      assert.match(JSON.stringify((await client.call('fetch', { id: '1' })).expect(200).json.result), /buy milk/);
    },
  },
  {
    id: 'L3', says: 'Calls what it may not: what could be allowed is listed and challenged, what is not there is unknown, whoever asks.', seen: ['anthropics/claude-code#19066'],
    async play(client) {
      await client.discover();
      await client.register();
      client.keep(await client.redeem(await client.allowed(), {}, { method: 'client_secret_basic' }));
      const names = await client.works();
      assert.ok(names.includes('notes_add'));
      (await client.call('notes_add', { text: 'x' })).expect(403);
      assert.equal((await client.call('unheard_of')).json.error.code, -32602);
    },
  },
  {
    id: 'L4', says: 'Keeps lists; they are marked as its own caller\'s.', seen: ['PrefectHQ/fastmcp#4041'],
    async play(client) {
      await client.signIn();
      const listed = (await client.rpc('tools/list')).expect(200).json.result;
      assert.equal(listed.cacheScope, 'private');
    },
  },
];
