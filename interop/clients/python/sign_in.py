"""The Python SDK signs somebody in by itself: sign_in.py (legacy | modern) URL REDIRECT_URI CALLS [DOCUMENT].

What it prints and reads is said in interop/README.md.
"""

import json
import logging
import sys
import urllib.parse

import anyio
import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

logging.disable(logging.CRITICAL)


class Memory:
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


async def goes(url):
    print(json.dumps({"authorize": url}), flush=True)


async def comes_back():
    line = await anyio.to_thread.run_sync(sys.stdin.readline)
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(line.strip()).query))
    return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))


async def main(era, url, redirect, calls, document=None):
    first, *more = json.loads(calls)
    memory = Memory()
    metadata = OAuthClientMetadata(client_name="Python SDK", redirect_uris=[redirect], token_endpoint_auth_method="none",
                                   grant_types=["authorization_code", "refresh_token"], response_types=["code"])
    provider = OAuthClientProvider(url, metadata, memory, goes, comes_back, client_metadata_url=document)
    async with httpx2.AsyncClient(auth=provider, timeout=30) as http:
        async with Client(streamable_http_client(url, http_client=http), mode="auto" if era == "modern" else "legacy") as client:
            called = await client.call_tool(**first)
            before = memory.tokens.refresh_token
            provider.context.token_expiry_time = 1  # long ago
            await client.call_tool(**first)
            refreshed = memory.tokens.refresh_token != before
            beyond = [(await client.call_tool(**call)).content[0].text for call in more]
            print(json.dumps({"called": called.content[0].text, "beyond": beyond, "client": provider.context.client_info.client_id,
                              "revision": client.protocol_version, "refreshed": refreshed}), flush=True)
            await anyio.to_thread.run_sync(sys.stdin.readline)
            again = await client.call_tool(**first)
            print(json.dumps({"called": again.content[0].text}), flush=True)


anyio.run(main, *sys.argv[1:])
