package io.github.doorwarden.transport.legacy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.protocol.Revision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DeclaredTest {

    private static String kept(String capabilities, Revision revision) {
        var json = (ObjectNode) JsonMapper.shared().readTree(capabilities);
        return Declared.json(Declared.bits(json, revision)).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "V2024_11_05|{\"roots\":{}}",
        "V2025_03_26|{\"roots\":{}}",
        "V2025_06_18|{\"elicitation\":{\"form\":{}},\"roots\":{}}",
        "V2025_11_25|{\"elicitation\":{\"form\":{}},\"roots\":{}}"})
    void anElicitationWithoutModesIsAFormWhereThereIsElicitation(Revision revision, String kept) {
        assertEquals(kept, kept("{\"elicitation\":{},\"roots\":{\"listChanged\":true},\"tasks\":{}}", revision));
    }

    @Test
    void modesAndToolsAreOfTheLastRevision() {
        var all = "{\"elicitation\":{\"url\":{}},\"sampling\":{\"tools\":{},\"context\":{}}}";
        assertEquals(all, kept(all, Revision.V2025_11_25));
        assertEquals("{\"elicitation\":{\"form\":{}},\"sampling\":{}}", kept(all, Revision.V2025_06_18));
        assertEquals("{\"sampling\":{}}", kept(all, Revision.V2024_11_05));
    }

    @Test
    void whatHasTheWrongTypeIsNotDeclared() {
        assertEquals("{}", kept("{\"elicitation\":true,\"sampling\":[],\"roots\":null}", Revision.V2025_11_25));
        assertEquals("{\"sampling\":{}}", kept("{\"sampling\":{\"tools\":1}}", Revision.V2025_11_25));
    }
}
