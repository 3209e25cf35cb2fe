// Claude Desktop, local connections. As of August 2026: tldraw/tldraw#10612, anthropics/claude-ai-mcp#487, keycloak/keycloak#51039.
export default {
  key: 'claude-desktop', name: 'Claude Desktop', seen: '2026-08', userAgent: 'claude-desktop/1.0',
  document: {
    client_name: 'Claude Desktop', client_uri: 'https://claude.ai', redirect_uris: ['http://localhost/oauth/callback', 'https://claude.ai/api/mcp/auth_callback'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'], response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  discovery: { probes: ['challenge', '/.well-known/oauth-authorization-server/mcp'], checks: ['none'] },
  authorize: { redirect: 'https://claude.ai/api/mcp/auth_callback', resource: 'document', scope: 'server', iss: 'checks' },
  speaks: '2025-11-25',
  does: ['R4', 'R8', 'R9', 'A6', 'A8'],
};
