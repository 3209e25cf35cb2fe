// mcp-remote 0.9.0. As of September 2026: punkpeye/mcp-remote#359, #306, #279.
export default {
  key: 'mcp-remote-0.9', name: 'mcp-remote 0.9', seen: '2026-09', userAgent: 'node',
  registration: {
    client_name: 'MCP CLI Proxy', client_uri: 'https://github.com/punkpeye/mcp-remote', redirect_uris: ['http://127.0.0.1:{port}/oauth/callback'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none', application_type: 'native',
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d', software_version: '0.9.0',
  },
  discovery: {
    probes: ['challenge', '/.well-known/oauth-authorization-server'], headers: { 'accept-encoding': 'identity', 'mcp-protocol-version': '2026-07-28' },
    checks: ['issuer'],
  },
  authorize: { redirect: 'http://127.0.0.1:{port}/oauth/callback', resource: 'document', scope: 'challenge', iss: 'loses' },
  speaks: '2026-07-28',
  does: ['T6', 'T11', 'T12', 'T13', 'A1', 'R11'],
};
