package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class VisibleTest {

    /// C1 controls and direction marks are no escapes of JSON's own, and terminals obey some of them.
    @Test
    void jsonIsTheSameToProgramsAndHarmlessToTerminals() {
        for (var hostile : new String[] {"\u009b31m", "\u202egnp", "\u001b[2J", "a\u2028b", "\udb40\udc41",
            "\ue000", "\"\\\u009d"}) {
            var node = Web.JSON.createObjectNode().put("a" + hostile, hostile);
            var shown = Visible.json(node);
            assertEquals("", shown.replaceAll("[ -~]", ""), shown);
            assertEquals(node, Web.JSON.readTree(shown));
        }
        assertEquals("{\"a\":\"größer 字 😀\"}", Visible.json(Web.JSON.createObjectNode().put("a", "größer 字 😀")));
    }
}
