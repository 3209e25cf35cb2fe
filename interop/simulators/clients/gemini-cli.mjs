// Gemini CLI. As of June 2026: its source, packages/core/src/mcp; google-gemini/gemini-cli#29117.
export default {
  key: 'gemini-cli', name: 'Gemini CLI', seen: '2026-06', userAgent: 'node',
  registration: {
    client_name: 'Gemini CLI MCP Client', redirect_uris: ['http://localhost:7777/oauth/callback'], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none', scope: 'notes:read',
  },
  discovery: {
    probes: ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server'],
    headers: { accept: null }, checks: ['resource'],
  },
  authorize: { redirect: 'http://localhost:{port}/oauth/callback', resource: 'endpoint', scope: 'challenge', iss: 'checks' },
  speaks: '2025-11-25', accept: null,
  does: ['T5-none', 'R6'],
};
