// claude.ai, connectors. As of September 2026: anthropics/claude-ai-mcp#82, #228, #299, #341, #379, modelcontextprotocol/python-sdk#2349.
export default {
  key: 'claude-ai', name: 'claude.ai', seen: '2026-09', userAgent: 'python-httpx/0.28.1',
  document: {
    client_name: 'Claude', client_uri: 'https://claude.ai',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'], response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  discovery: {
    probes: ['challenge', '/.well-known/oauth-authorization-server'], checks: ['none'], ignoresEndpoints: true,
  },
  authorize: { redirect: 'https://claude.ai/api/mcp/auth_callback', resource: 'slash', scope: 'challenge', iss: 'ignores' },
  speaks: '2025-11-25',
  does: ['T1', 'T4', 'T5-events', 'T7', 'D5', 'R4', 'R8', 'R9', 'A2', 'A7', 'A8', 'K1', 'K3', 'K4', 'K9'],
};
