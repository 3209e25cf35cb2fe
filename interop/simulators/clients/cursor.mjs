// Cursor. As of August 2026: erp-mafia/accounted#2225, cap-js/mcp#36, punkpeye/mcp-proxy#62, gts360/django-mcp-server#35.
export default {
  key: 'cursor', name: 'Cursor', seen: '2026-08', userAgent: 'Cursor/3.2',
  registration: {
    client_name: 'Cursor', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none',
    redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback', 'https://www.cursor.com/agents/mcp/oauth/callback', 'http://localhost:8787/callback'],
  },
  discovery: {
    probes: ['challenge', '/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration/mcp'],
    headers: { accept: '*/*' }, checks: ['pkce'],
  },
  authorize: { redirect: 'cursor://anysphere.cursor-mcp/oauth/callback', resource: 'document', scope: 'challenge', iss: 'checks' },
  speaks: '2025-06-18', accept: 'application/json',
  does: ['T5-json', 'T6', 'R1', 'L1'],
};
