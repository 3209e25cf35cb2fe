"""A server of the official Python SDK, closed by tokens of an authorization server elsewhere: PORT ISSUER TOKEN."""
import sys
import time

import uvicorn
from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings

port, issuer, known = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class OneToken:
    """Knows one token; where a real one would ask the issuer."""

    async def verify_token(self, token: str) -> AccessToken | None:
        if token != known:
            return None
        return AccessToken(token=token, client_id="somebody", scopes=["notes:read"], expires_at=int(time.time()) + 300)


server = MCPServer(
    "notes",
    token_verifier=OneToken(),
    auth=AuthSettings(
        issuer_url=issuer,
        resource_server_url=f"http://127.0.0.1:{port}/mcp",
        required_scopes=["notes:read"],
        validate_token_resource=False,
    ),
)


@server.tool()
def search(query: str) -> str:
    """Finds notes."""
    return f"no notes about {query}"


uvicorn.run(server.streamable_http_app(), host="127.0.0.1", port=port, log_level="error")
