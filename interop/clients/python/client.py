"""The Python SDK as a client program: client.py (legacy | modern) (http URL | sse URL | stdio COMMAND ARGUMENT...).

What it prints is said in interop/README.md.
"""

import json
import logging
import sys
import uuid
import warnings
from contextlib import asynccontextmanager

import anyio
import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.subscriptions import ResourceUpdated, ToolsListChanged

PATIENCE = 20  # seconds for one step: a cold server on a busy machine needs a few
WATCHED = "test://watched-resource"

warnings.simplefilter("ignore")  # logging, sampling and roots are deprecated, and offered
logging.disable(logging.CRITICAL)


def same(what, expected, found):
    if expected != found:
        raise AssertionError(f"{what} should be {expected!r}, but is {found!r}")


async def elicited(context, params):
    return types.ElicitResult(action="accept", content={"username": "ada", "email": "ada@example.com"})


async def sampled(context, params):
    content = types.TextContent(type="text", text="forty-two")
    return types.CreateMessageResult(role="assistant", content=content, model="none")


async def rooted(context):
    return types.ListRootsResult(roots=[types.Root(uri="file:///work")])


class Program:
    def __init__(self, server, modern):
        self.modern = modern
        self.logged = []
        self.changed = anyio.Event()
        self.updated = anyio.Event()
        self.client = Client(
            server, mode="auto" if modern else "legacy", log_level="info" if modern else None,
            elicitation_callback=elicited, sampling_callback=sampled, list_roots_callback=rooted,
            logging_callback=self.log, message_handler=self.hear)

    async def log(self, params):
        self.logged.append(params.data)

    async def hear(self, message):
        match message:
            case types.ToolListChangedNotification():
                self.changed.set()
            case types.ResourceUpdatedNotification():
                self.updated.set()

    async def call(self, tool, progress=None, **arguments):
        result = await self.client.call_tool(tool, arguments, progress_callback=progress)
        return result.content[0].text

    async def lists(self):
        tools = (await self.client.list_tools()).tools
        same("the tool in the list", True, any(tool.name == "test_simple_text" for tool in tools))

    async def calls(self):
        same("the text", "This is a simple text response for testing.", await self.call("test_simple_text"))

    async def progress(self):
        seen = []

        async def note(progress, total, message):
            seen.append(progress)

        await self.call("test_tool_with_progress", progress=note)
        same("the progress", [0, 50, 100], seen)

    async def logs(self):
        if not self.modern:
            await self.client.set_logging_level("info")
        self.logged.clear()
        await self.call("test_tool_with_logging")
        same("the number of messages", 3, len(self.logged))

    async def elicits(self):
        same("the answer in the text", True, '"ada"' in await self.call("test_elicitation", message="Who?"))

    async def samples(self):
        same("the text", "LLM response: forty-two", await self.call("test_sampling", prompt="What?"))

    async def roots(self):
        same("the text", "Roots: 1", await self.call("test_input_required_result_list_roots"))

    async def reads(self):
        resources = (await self.client.list_resources()).resources
        same("the resource in the list", True, any(str(each.uri) == "test://static-text" for each in resources))
        contents = (await self.client.read_resource("test://static-text")).contents
        same("the text", "This is the content of the static text resource.", contents[0].text)
        templates = (await self.client.list_resource_templates()).resource_templates
        same("the template", "test://template/{id}/data", templates[0].uri_template)
        made = (await self.client.read_resource("test://template/7/data")).contents
        same("the id", "7", json.loads(made[0].text)["id"])

    async def prompts(self):
        name = "test_prompt_with_arguments"
        same("the prompt in the list", True, any(each.name == name for each in (await self.client.list_prompts()).prompts))
        prompt = await self.client.get_prompt(name, {"arg1": "one", "arg2": "two"})
        same("the text", "Prompt with arguments: arg1='one', arg2='two'", prompt.messages[0].content.text)

    async def completes(self):
        reference = types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments")
        result = await self.client.complete(reference, {"name": "arg1", "value": "test"})
        same("the values", ["test1", "test2"], result.completion.values)

    async def cancels(self):
        name = str(uuid.uuid4())
        with anyio.CancelScope() as scope:
            async def began(progress, total, message):
                scope.cancel()

            await self.call("test_wait", progress=began, name=name)
        same("whether the call was cancelled", True, scope.cancelled_caught)
        same("the end at the server", "cancelled", await self.call("test_waited", name=name))

    async def hears(self):
        async with self.watching() as told:
            await self.call("test_trigger_tool_change")
            await told(ToolsListChanged())
            await self.call("test_trigger_resource_change")
            await told(ResourceUpdated(WATCHED))

    @asynccontextmanager
    async def watching(self):
        """Gives a function that waits to be told of an event."""
        if not self.modern:
            await self.client.subscribe_resource(WATCHED)

            async def told(event):
                await (self.changed if isinstance(event, ToolsListChanged) else self.updated).wait()

            yield told
            return
        async with self.client.listen(tools_list_changed=True, resource_subscriptions=[WATCHED]) as subscription:
            async def told(event):
                same("the event", event, await anext(aiter(subscription)))

            yield told


def say(**line):
    print(json.dumps(line), flush=True)


async def main(era, kind, target, *arguments):
    match kind:
        case "http":
            server = target
        case "sse":
            server = sse_client(target)
        case _:
            server = StdioServerParameters(command=target, args=list(arguments))
    program = Program(server, era == "modern")
    async with program.client:
        say(revision=program.client.protocol_version)
        for step in (program.lists, program.calls, program.progress, program.logs, program.elicits, program.samples,
                     program.roots, program.reads, program.prompts, program.completes, program.cancels, program.hears):
            try:
                with anyio.fail_after(PATIENCE):
                    await step()
                say(feature=step.__name__, result="ok")
            except TimeoutError:
                say(feature=step.__name__, result="failed", note=f"nothing happened within {PATIENCE} s")
            except (AssertionError, MCPError, RuntimeError) as error:
                say(feature=step.__name__, result="failed", note=str(error))


anyio.run(main, *sys.argv[1:])
