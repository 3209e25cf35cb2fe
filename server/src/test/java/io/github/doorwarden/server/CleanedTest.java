package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CleanedTest {

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }

    private static ToolResult of(String block, String structured) {
        return Cleaned.of(new ToolResult(List.of(json(block)), Optional.of(json(structured)), false));
    }

    @Test
    @Covers("SV-33")
    void controlCharactersAndHalvesOfPairsDoNotGoOut() {
        var clean = of("{\"type\":\"text\",\"text\":\"\\u001b[2Jgone\\u0000 \\ud83d \\u009b31m \\udc00\\u007f\"}",
                "{\"rows\":[{\"a\\u0007b\":\"x\\u0008\"},\"\\ud83d\\ude00\",7,null]}");
        assertEquals("\uFFFD[2Jgone\uFFFD \uFFFD \uFFFD31m \uFFFD\uFFFD", clean.content().getFirst().path("text")
                .asString());
        assertEquals(json("{\"rows\":[{\"a\uFFFDb\":\"x\uFFFD\"},\"\\ud83d\\ude00\",7,null]}"),
                clean.structured().orElseThrow());
    }

    @Test
    void aCleanResultIsTheSameOne() {
        var result = ToolResult.structured(json("{\"text\":\"a\\tb\\r\\nc é 漢 \\ud83d\\ude00\",\"more\":[1,true,{}]}"));
        assertSame(result, Cleaned.of(result));
    }
}
