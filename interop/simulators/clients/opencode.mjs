// opencode. As of July 2026: anomalyco/opencode#35625, buildinternet/uploads#885.
export default {
  key: 'opencode', name: 'opencode', seen: '2026-07', userAgent: 'opencode/1.4',
  registration: {
    client_name: 'OpenCode', client_uri: 'https://opencode.ai', redirect_uris: ['http://127.0.0.1:19876/mcp/oauth/callback'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none',
  },
  discovery: { probes: ['challenge', '/.well-known/oauth-authorization-server'], headers: { 'mcp-protocol-version': '2025-11-25' } },
  authorize: { redirect: 'http://127.0.0.1:19876/mcp/oauth/callback', resource: 'document', scope: 'challenge', iss: 'checks' },
  speaks: '2025-11-25',
  does: ['R6', 'R10'],
};
