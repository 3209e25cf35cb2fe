// How clients become known, and where they let their person come back to.
import assert from 'node:assert/strict';
import { form } from '../wire.mjs';

const works = async (client) => { await client.signIn(); await client.works(); };
/// Registers a variant of a client; what the server says.
const registering = async (client, registration) => {
  if (!client.at) await client.discover();
  return client.post(client.at.register, JSON.stringify(registration), { 'content-type': 'application/json' });
};
/// Where the person stays when a redirect URI is not taken.
const stays = async (client, world, more) => {
  const page = await world.person().consentPage(world.reach(client.authorizeUrl(more)));
  assert.equal(page.location, undefined, `${page}`);
  page.expect(400);
};

export const registration = [
  {
    id: 'R1', says: 'Registers three redirect URIs of three products at once, one with a scheme of its own; gets those that are allowed.',
    seen: ['erp-mafia/accounted#2225', 'soflyy/agent-connector-for-wp#111', 'cloudflare/workers-oauth-provider#29', 'makeplane/plane-mcp-server#159'],
    async play(client) {
      await works(client);
      assert.deepEqual(client.registered.redirect_uris, client.data.registration.redirect_uris);
      const mixed = { ...client.data.registration, redirect_uris: ['unheard-of://cb', 'http://public.example/cb', 'https://www.cursor.com/agents/mcp/oauth/callback'] };
      assert.deepEqual((await registering(client, mixed)).expect(201).json.redirect_uris, ['https://www.cursor.com/agents/mcp/oauth/callback']);
    },
  },
  {
    id: 'R2', says: 'Registers a loopback URI with one port and comes back to another, because the port was taken.', seen: ['microsoft/vscode#278512', 'contextstream/mcp-server#57'],
    async play(client) {
      assert.notEqual(client.port, 33418);
      await works(client);
      assert.equal(client.registered.application_type, 'native');
    },
  },
  {
    id: 'R3', says: 'Its document has loopback URIs without a port, `localhost` among them; it comes back to a free port and repeats that at the token endpoint.',
    seen: ['anthropics/claude-code#37767', 'anthropics/claude-code#64705', 'anthropics/claude-code#90370', 'sprawz/gtm-mcp-server#72'],
    async play(client, world) {
      await works(client);
      const other = world.client(client.data);
      await other.discover();
      await other.register();
      const code = await other.allowed();
      (await other.redeem(code, { redirect_uri: 'http://localhost/callback' })).refused(400, 'invalid_grant');
      (await other.redeem(code)).expect(200);
    },
  },
  {
    id: 'R4', says: 'Is known by its document on every leg: authorization, code, refresh, revocation.', seen: ['vitemcp/server#1'],
    async play(client) {
      await client.signIn();
      client.keep(await client.refresh());
      (await client.revoke(client.tokens.refresh_token)).expect(200);
      (await client.refresh()).refused(400, 'invalid_grant');
    },
  },
  {
    id: 'R5', says: 'Is no friend: comes back to another port, host or path that looks like the registered one. It is refused on a page.',
    seen: ['StuMason/coolify-mcp#402', 'PrefectHQ/fastmcp#4408', 'PrefectHQ/fastmcp#3963'],
    async play(client, world) {
      await client.discover();
      await client.register({ registration: { ...client.data.registration, redirect_uris: ['https://somebody.example/cb', 'http://localhost/cb'] } });
      for (const uri of ['https://somebody.example:8443/cb', 'http://localhost.evil.example/cb', 'http://127.attacker.example/cb', 'http://127.0.0.1/cb',
        'https://somebody.example/cb/../x', 'https://somebody.example/CB', 'https://somebody.example/cb?x=1', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']) {
        await stays(client, world, { redirect_uri: uri });
      }
      for (const uri of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', 'http://localhost.evil.example/cb', 'https://a.example/../cb']) {
        (await registering(client, { redirect_uris: [uri] })).refused(400, 'invalid_redirect_uri');
      }
    },
  },
  {
    id: 'R6', says: 'Does not say what kind of application it is; is taken for native when all its redirect URIs are.',
    seen: ['buildinternet/uploads#885', 'metatool-ai/metamcp#334', 'nulab/backlog-mcp-server#176'],
    async play(client) {
      assert.equal(client.data.registration.application_type, undefined);
      await works(client);
      assert.equal(client.registered.application_type, 'native');
      (await registering(client, { ...client.data.registration, application_type: 'web' })).refused(400, 'invalid_redirect_uri');
    },
  },
  {
    id: 'R7', says: 'Its document prefers `private_key_jwt` and offers `none`; it is served by the best that both have.',
    seen: ['Doist/todoist-mcp#478', 'cloudflare/workers-oauth-provider#295', 'django-oauth/django-oauth-toolkit#1857'],
    async play(client) {
      await works(client);
      const best = client.server.token_endpoint_auth_methods_supported.includes('private_key_jwt') ? 'private_key_jwt' : 'none';
      assert.equal(client.method, best);
    },
  },
  {
    id: 'R8', says: 'Its document lists grants that only other servers have; they are passed over.', seen: ['cloudflare/workers-oauth-provider#285', 'anthropics/claude-ai-mcp#487'],
    async play(client) {
      assert.ok(client.data.document.grant_types.some((grant) => grant.includes('jwt-bearer')));
      await works(client);
    },
  },
  {
    id: 'R9', says: 'Is installed twice under one document; one installation that signs out leaves the other alone.', seen: ['cloudflare/workers-oauth-provider#299'],
    async play(client, world) {
      await client.signIn();
      const other = await world.client(client.data).signIn();
      (await client.revoke(client.tokens.refresh_token)).expect(200);
      await other.works();
      other.keep(await other.refresh());
    },
  },
  {
    id: 'R10', dynamic: true, says: 'Registers anew at each connection; that is harmless.', seen: ['JSONbored/metagraphed#11569', 'anthropics/claude-code#88831', 'anomalyco/opencode#35625'],
    async play(client, world) {
      const made = [];
      for (let i = 0; i < 3; i++) {
        const again = world.client({ ...client.data, document: undefined });
        await again.signIn();
        made.push(again);
      }
      assert.equal(new Set(made.map(({ id }) => id)).size, 3);
      for (const again of made) await again.works();
    },
  },
  {
    id: 'R11', says: 'Comes with an id of another server or another year; is told `invalid_client`, and registers again.', seen: ['PrefectHQ/fastmcp#4520'],
    async play(client, world) {
      await client.discover();
      client.id = 'cl_of-another-server';
      (await client.refresh('whatever')).refused(401, 'invalid_client');
      const page = await world.person().consentPage(world.reach(client.authorizeUrl()));
      assert.equal(page.expect(400).location, undefined);
      client.id = undefined;
      await works(client);
    },
  },
  {
    id: 'R12', dynamic: true, says: 'Knows nothing but dynamic registration, whatever else there is.', seen: ['anthropics/claude-code#3273', 'anthropics/claude-code#26675', 'anthropics/claude-code#38102'],
    async play(client, world) {
      const older = world.client({ ...client.data, document: undefined });
      await works(older);
      assert.match(older.id, /^cl_/);
    },
  },
  {
    id: 'R13', says: 'Registers without naming a method and then sends its secret either way. Who named one is held to it.', quirk: 'secret_either_way',
    seen: ['PrefectHQ/fastmcp#4600', 'mark3labs/mcp-go#803', 'modelcontextprotocol/python-sdk#1842', 'metatool-ai/metamcp#342'],
    async play(client) {
      for (const method of ['client_secret_basic', 'client_secret_post']) {
        await client.discover();
        await client.register();
        client.keep(await client.redeem(await client.allowed(), {}, { method }));
        (await client.refresh(undefined, {}, { method: 'none' })).refused(401, 'invalid_client');
        client.keep(await client.refresh(undefined, {}, { method }));
      }
      for (const [named, other] of [['client_secret_basic', 'client_secret_post'], ['client_secret_post', 'client_secret_basic'], ['none', 'client_secret_post']]) {
        await client.register({ registration: { ...client.data.registration, token_endpoint_auth_method: named } });
        client.secret ??= 'made-up-'.repeat(6);
        const code = await client.allowed();
        (await client.redeem(code, {}, { method: other })).refused(401, 'invalid_client');
        (await client.redeem(code, {}, { method: named })).expect(200);
      }
    },
  },
  {
    id: 'R14', says: 'Its id is an address inside the network; nothing is fetched from there.', seen: ['PrefectHQ/fastmcp#4400', 'PrefectHQ/fastmcp#4426', 'Altinity/altinity-mcp#115'],
    async play(client, world) {
      await client.discover();
      for (const id of ['https://169.254.169.254/client.json', 'https://10.0.0.1/client.json', 'https://[::ffff:10.0.0.1]/client.json', 'https://[64:ff9b::a00:1]/client.json',
        'https://192.168.1.1/client.json', 'https://[fd00::1]/client.json', 'https://0x0a000001/client.json']) {
        client.id = id;
        await stays(client, world);
        (await client.atToken({ grant_type: 'refresh_token', refresh_token: 'x' })).refused(401, 'invalid_client');
      }
    },
  },
  {
    id: 'R15', dynamic: true, says: 'Registers without a scope; may have those of the tools all the same.', seen: ['appstrate/appstrate#1267', 'keycloak/keycloak#50807'],
    async play(client, world) {
      const older = world.client({ ...client.data, document: undefined });
      await older.signIn(world.person(), { scope: 'notes:write' });
      assert.equal(older.tokens.scope, 'notes:write');
      await older.connect();
      assert.ok(!(await older.call('notes_add', { text: 'eggs' })).expect(200).json.result.isError);
    },
  },
  {
    id: 'R16', says: 'Is given a secret to post and sends it in the header; taken where the switch says so.', quirk: 'secret_other_way', switched: true, seen: ['openai/codex#40928', 'anthropics/claude-ai-mcp#667'],
    async play(client, world) {
      for (const [where, status] of [[world, 401], [world.switched, 200]]) {
        const sent = where.client({ ...client.data, authorize: { ...client.data.authorize, iss: 'ignores' } });
        await sent.discover();
        await sent.register({ registration: { ...client.data.registration, token_endpoint_auth_method: 'client_secret_post' } });
        (await sent.redeem(await sent.allowed(), {}, { method: 'client_secret_basic' })).expect(status);
      }
    },
  },
  {
    id: 'R17', says: 'Registers `localhost` and comes back to `127.0.0.1`; taken where the switch says so.', quirk: 'loopback_host', switched: true,
    seen: ['neondatabase/mcp-server-neon#188', 'anthropics/claude-code#86233', 'apify/mcpc#269'],
    async play(client, world) {
      for (const where of [world, world.switched]) {
        const local = where.client({ ...client.data, authorize: { ...client.data.authorize, redirect: 'http://127.0.0.1:{port}/cb' },
          registration: { ...client.data.registration, redirect_uris: ['http://localhost/cb'], token_endpoint_auth_method: 'none' } });
        await local.discover();
        await local.register();
        if (where === world) await stays(local, where);
        else local.keep(await local.redeem(await local.allowed()));
      }
    },
  },
];
