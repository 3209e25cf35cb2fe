package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a client sends is what a server takes.
final class SentHeadersTest {

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    @Test
    void everyValueComesBackAsItWas() {
        for (var value : List.of("plain", "", " blank ", "a\nb", "Zürich", "=?base64?SGVsbG8=?=", "=?base64?x",
                "tab\t", "\u4E2D")) {
            var sent = RequestHeaders.encode(value);
            assertEquals(value, RequestHeaders.decode("Mcp-Name", sent), sent);
            assertEquals(sent.strip(), sent);
        }
        assertEquals("plain", RequestHeaders.encode("plain"));
    }

    @Test
    void mirroredArgumentsPassTheCheckOfTheServer() {
        var headers = ParamHeaders.of(json("{'type':'object','properties':{'region':{'type':'string','x-mcp-header':"
                + "'Region'},'n':{'type':'integer','x-mcp-header':'N'},'in':{'type':'object','properties':{'flag':"
                + "{'type':'boolean','x-mcp-header':'Flag'}}},'none':{'type':'string','x-mcp-header':'None'}}}"));
        var arguments = json("{'region':' \u00FC','n':7,'in':{'flag':true},'none':null}");
        var sent = headers.mirror(arguments);
        assertEquals(Map.of("Mcp-Param-Region", "=?base64?IMO8?=", "Mcp-Param-N", "7", "Mcp-Param-Flag", "true"), sent);
        headers.check(name -> sent.containsKey(name) ? List.of(sent.get(name)) : List.of(), arguments);
    }
}
