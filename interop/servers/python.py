# A server made with the Python SDK, which comes without examples: python.py stdio | http PORT | sse PORT.
import sys

from mcp.server.mcpserver import Context, MCPServer
from pydantic import BaseModel

server = MCPServer("python")


class Name(BaseModel):
    name: str


@server.tool()
def greet(name: str) -> str:
    return f"Hello, {name}"


@server.tool()
async def steps(context: Context) -> str:
    for done in range(3):
        await context.report_progress(done + 1, 3)
    return "done"


@server.tool()
async def ask(context: Context) -> str:
    answer = await context.elicit("Who?", Name)
    return f"You are {answer.data.name}"


@server.tool()
def fail() -> str:
    raise ValueError("It failed.")


@server.resource("python://one")
def one() -> str:
    return "one"


@server.prompt()
def write() -> str:
    return "Write."


way = sys.argv[1]
if way == "stdio":
    server.run("stdio")
else:
    server.run("streamable-http" if way == "http" else "sse", host="127.0.0.1", port=int(sys.argv[2]))
