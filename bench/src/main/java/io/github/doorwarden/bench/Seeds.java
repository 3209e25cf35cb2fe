package io.github.doorwarden.bench;

import java.util.ArrayList;
import java.util.List;

/// Valid requests of every method, from which [Storm] bends its own: modern ones with their fields, legacy ones, a
/// batch, other HTTP methods.
final class Seeds {

    /// @param fields `Name: value`
    record Seed(String method, List<String> fields, String body) {}

    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"storm\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/logLevel\":\"debug\",\"progressToken\":\"p\","
            + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"sampling\":{},\"elicitation\":{},\"roots\":{},"
            + "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";

    static final List<Seed> ALL = all();

    private Seeds() {}

    private static List<Seed> all() {
        var seeds = new ArrayList<Seed>();
        modern(seeds, "server/discover", "", "");
        modern(seeds, "tools/list", "", "\"cursor\":\"dGVzdA\"");
        modern(seeds, "tools/call", "test_simple_text", "\"name\":\"test_simple_text\",\"arguments\":{}");
        modern(seeds, "tools/call", "test_x_mcp_header", "\"name\":\"test_x_mcp_header\",\"arguments\":"
                + "{\"region\":\"Hello\"}", "Mcp-Param-Region: =?base64?SGVsbG8=?=");
        modern(seeds, "tools/call", "test_input_required_result_elicitation",
                "\"name\":\"test_input_required_result_elicitation\",\"arguments\":{},\"inputResponses\":"
                        + "{\"user_name\":{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}}");
        modern(seeds, "tools/call", "test_input_required_result_multi_round",
                "\"name\":\"test_input_required_result_multi_round\",\"requestState\":\"AAAA\",\"inputResponses\":{}");
        modern(seeds, "tools/call", "json_schema_2020_12_tool", "\"name\":\"json_schema_2020_12_tool\",\"arguments\":"
                + "{\"name\":\"a\",\"contactMethod\":\"phone\",\"phone\":\"1\",\"address\":{\"street\":\"s\"}}");
        modern(seeds, "resources/list", "", "");
        modern(seeds, "resources/templates/list", "", "");
        modern(seeds, "resources/read", "test://template/12%33/data", "\"uri\":\"test://template/12%33/data\"");
        modern(seeds, "prompts/list", "", "");
        modern(seeds, "prompts/get", "test_prompt_with_arguments", "\"name\":\"test_prompt_with_arguments\","
                + "\"arguments\":{\"arg1\":\"1\",\"arg2\":\"2\"}");
        modern(seeds, "completion/complete", "", "\"ref\":{\"type\":\"ref/prompt\",\"name\":"
                + "\"test_prompt_with_arguments\"},\"argument\":{\"name\":\"arg1\",\"value\":\"te\"},\"context\":"
                + "{\"arguments\":{\"arg2\":\"x\"}}");
        modern(seeds, "subscriptions/listen", "", "\"notifications\":{\"toolsListChanged\":true,"
                + "\"resourceSubscriptions\":[\"test://watched-resource\"],\"taskIds\":[\"a\"]}");
        modern(seeds, "tasks/get", "abc", "\"taskId\":\"abc\"");
        modern(seeds, "tasks/update", "abc", "\"taskId\":\"abc\",\"inputResponses\":{\"a\":{}}");
        modern(seeds, "tasks/cancel", "abc", "\"taskId\":\"abc\"");
        modern(seeds, "skills/list", "", "");
        modern(seeds, "skills/get", "", "\"uri\":\"skill://pdf-processing/SKILL.md\"");
        modern(seeds, "resources/directory/read", "", "\"uri\":\"skill://pdf-processing\"");
        legacy(seeds);
        return List.copyOf(seeds);
    }

    private static void modern(List<Seed> seeds, String method, String name, String params, String... more) {
        var fields = new ArrayList<>(List.of("MCP-Protocol-Version: 2026-07-28", "Mcp-Method: " + method,
                "Accept: application/json, text/event-stream"));
        if (!name.isEmpty()) {
            fields.add("Mcp-Name: " + name);
        }
        fields.addAll(List.of(more));
        seeds.add(new Seed("POST", List.copyOf(fields), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method
                + "\",\"params\":{" + (params.isEmpty() ? "" : params + ",") + META + "}}"));
    }

    private static void legacy(List<Seed> seeds) {
        var session = List.of("MCP-Protocol-Version: 2025-11-25", "Mcp-Session-Id: 00ff00ff", "Last-Event-ID: 1-1",
                "Accept: application/json, text/event-stream");
        var old = List.of("MCP-Protocol-Version: 2025-03-26");
        var call = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"test_simple_text\"}}";
        seeds.add(new Seed("POST", List.of(), "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"elicitation\":{\"form\":{},\"url\":{}}},"
                + "\"clientInfo\":{\"name\":\"storm\",\"version\":\"1\"}}}"));
        seeds.add(new Seed("POST", session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"));
        seeds.add(new Seed("POST", session, call));
        seeds.add(new Seed("POST", old, call));
        seeds.add(new Seed("POST", old, "[" + call + ",{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                + "\"params\":{\"requestId\":2}},{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}]"));
        seeds.add(new Seed("POST", session, "{\"jsonrpc\":\"2.0\",\"id\":\"doorwarden-1\",\"result\":{\"action\":"
                + "\"accept\"}}"));
        seeds.add(new Seed("POST", session, "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"logging/setLevel\","
                + "\"params\":{\"level\":\"debug\"}}"));
        seeds.add(new Seed("POST", session, "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"resources/subscribe\","
                + "\"params\":{\"uri\":\"test://watched-resource\"}}"));
        seeds.add(new Seed("GET", session, ""));
        seeds.add(new Seed("DELETE", session, ""));
    }
}
