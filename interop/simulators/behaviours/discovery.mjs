// Where clients look for metadata, and what they make of it.
import assert from 'node:assert/strict';
import { parameter } from '../wire.mjs';

const RESOURCE = '/.well-known/oauth-protected-resource';
const SERVER = ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server/mcp', '/mcp/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration', '/.well-known/openid-configuration/mcp', '/mcp/.well-known/openid-configuration'];

export const discovery = [
  {
    id: 'D1', everyone: true, says: 'Looks for the resource\'s metadata at the path or at the root; each has a `resource` of its own.',
    seen: ['akutishevsky/nutrition-mcp#51', 'latitude-dev/latitude-llm#3122'],
    async play(client, world) {
      assert.equal((await client.get(`${RESOURCE}/mcp`)).expect(200).json.resource, client.endpoint);
      assert.equal((await client.get(RESOURCE)).expect(200).json.resource, world.origin);
    },
  },
  {
    id: 'D2', everyone: true, says: 'Looks for the server\'s metadata in its own order, at up to six places; finds it at each. The root is Doorwarden\'s.',
    seen: ['akutishevsky/nutrition-mcp#51', 'PrefectHQ/fastmcp#4166', 'modelcontextprotocol/inspector#2110', 'cloudflare/agents#689', 'homeassistant-ai/ha-mcp#1725'],
    async play(client, world) {
      await client.discover();
      for (const path of SERVER) assert.equal((await client.get(path)).expect(200).json.issuer, world.origin, path);
    },
  },
  {
    id: 'D3', everyone: true, says: 'Compares the issuer byte for byte with what the resource names.', seen: ['latitude-dev/latitude-llm#3122'],
    async play(client) {
      for (const path of [RESOURCE, `${RESOURCE}/mcp`]) {
        const [named] = (await client.get(path)).expect(200).json.authorization_servers;
        for (const at of SERVER) assert.equal((await client.get(at)).json.issuer, named);
      }
    },
  },
  {
    id: 'D4', everyone: true, says: 'Finds its way by the challenge of the 401, which names the metadata and the scope.',
    seen: ['maxkuminov/obsidian-mcp#30', 'tldraw/tldraw#10612', 'PrefectHQ/fastmcp#4527'],
    async play(client, world) {
      for (const method of ['initialize', 'tools/list', 'tools/call']) {
        const { challenge } = (await client.rpc(method, { name: 'search' }, { token: null, modern: client.modern })).expect(401);
        assert.equal(parameter(challenge, 'resource_metadata'), `${world.origin}${RESOURCE}/mcp`);
        assert.equal(parameter(challenge, 'scope'), 'notes:read');
        assert.equal(parameter(challenge, 'error'), undefined, 'nobody has done anything wrong yet');
      }
    },
  },
  {
    id: 'D5', says: 'Goes to `/authorize`, `/token` and `/register` of the resource\'s origin whatever the metadata says.',
    seen: ['anthropics/claude-ai-mcp#341', 'anthropics/claude-code#80731', 'anthropics/claude-ai-mcp#82'],
    async play(client) {
      assert.ok(client.data.discovery.ignoresEndpoints);
      await client.signIn();
      await client.works();
    },
  },
  {
    id: 'D6', everyone: true, says: 'Refuses a server whose metadata does not list S256.', seen: ['forcedotcom/mcp-hosted#47'],
    async play(client) {
      for (const path of SERVER) assert.deepEqual((await client.get(path)).json.code_challenge_methods_supported, ['S256']);
    },
  },
  {
    id: 'D7', everyone: true, says: 'Uses its metadata document only where documents and the method `none` are both offered.',
    seen: ['JSONbored/metagraphed#11569', 'keycloak/keycloak#49730'],
    async play(client) {
      for (const path of SERVER) {
        const { json } = await client.get(path);
        assert.equal(json.client_id_metadata_document_supported, true);
        assert.ok(json.token_endpoint_auth_methods_supported.includes('none'));
        assert.ok(json.registration_endpoint, 'and the others can register');
      }
    },
  },
];
