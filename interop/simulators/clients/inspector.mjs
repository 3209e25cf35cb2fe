// MCP Inspector 2, its page in the browser. As of August 2026: modelcontextprotocol/inspector#2110, ai-ecoverse/slicc#1824.
export default {
  key: 'inspector', name: 'Inspector', seen: '2026-08', userAgent: 'Mozilla/5.0',
  registration: {
    client_name: 'MCP Inspector', client_uri: 'https://github.com/modelcontextprotocol/inspector', redirect_uris: ['http://localhost:6274/oauth/callback'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none', scope: 'notes:read',
  },
  discovery: {
    probes: ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
    headers: { origin: 'http://localhost:6274', 'mcp-protocol-version': '2026-07-28' }, checks: ['issuer'],
  },
  authorize: { redirect: 'http://localhost:6274/oauth/callback', resource: 'document', scope: 'challenge', iss: 'checks' },
  speaks: '2026-07-28',
  does: ['T9', 'T11', 'A2', 'L4'],
};
