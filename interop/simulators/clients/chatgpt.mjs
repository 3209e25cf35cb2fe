// ChatGPT, connectors. As of September 2026: django-oauth/django-oauth-toolkit#1857, Doist/todoist-mcp#478, forcedotcom/mcp-hosted#47.
export default {
  key: 'chatgpt', name: 'ChatGPT', seen: '2026-09', userAgent: 'Python/3.12 aiohttp/3.13.3',
  document: {
    client_name: 'ChatGPT', client_uri: 'https://chatgpt.com/', redirect_uris: ['https://chatgpt.com/connector/oauth/kDmjx77UnKOM'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'], token_endpoint_auth_signing_alg: 'RS256', jwks_uri: '{keys}',
    logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
  },
  discovery: {
    probes: ['challenge', '/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
    checks: ['pkce'],
  },
  authorize: { redirect: 'https://chatgpt.com/connector/oauth/kDmjx77UnKOM', resource: 'document', scope: 'challenge', iss: 'checks' },
  speaks: '2025-06-18',
  does: ['R4', 'R7', 'R9', 'A8', 'L1', 'L2'],
};
