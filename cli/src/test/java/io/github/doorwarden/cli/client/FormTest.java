package io.github.doorwarden.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.Elicitation;
import io.github.doorwarden.client.Elicitation.Answer;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a server asks is asked at the terminal, and goes back as the person wants it.
class FormTest {

    private static final String BOOKING = """
            {"message": "Book a room?\\u001b[2J", "requestedSchema": {"type": "object", "required": ["name", "size"],
              "properties": {
                "name": {"type": "string", "title": "Your name", "minLength": 2},
                "mail": {"type": "string", "format": "email"},
                "nights": {"type": "integer", "minimum": 1, "maximum": 9, "default": 2},
                "breakfast": {"type": "boolean", "default": true},
                "size": {"type": "string", "oneOf": [{"const": "s", "title": "Small"}, {"const": "l", "title": "Large"}]},
                "extras": {"type": "array", "items": {"enum": ["tea", "sauna"]}}}}}""";

    private final StringWriter said = new StringWriter();
    private final ArrayList<URI> opened = new ArrayList<>();

    private Answer answer(String typed, String question) {
        var terminal = new Terminal(new BufferedReader(new StringReader(typed)), new PrintWriter(said, true), true, 80);
        return new Form(terminal, "https://hotel.example/mcp", () -> { }, opened::add).ask(Elicitation.of((ObjectNode)
                JsonMapper.shared().readTree(question)).orElseThrow());
    }

    private static String content(Answer answer) {
        return assertInstanceOf(Answer.Accepted.class, answer).content().toString();
    }

    @Test
    void fieldsAreFilledInWithDefaultsChoicesAndSecondTries() {
        assertEquals("{\"name\":\"Ada\",\"nights\":3,\"breakfast\":false,\"size\":\"l\",\"extras\":[\"tea\",\"sauna\"]}",
                content(answer("A\nAda\n\n12\n3\nmaybe\nn\n2\n1,2\n\n", BOOKING)));
        var screen = said.toString();
        for (var words : new String[] {"https://hotel.example/mcp asks:", "Book a room?\\u{1b}[2J",
            "It must have at least 2 characters.", "It must be 1 to 9, not \"12\".", "Your name", "2  Large",
            "[yes]", "This goes to https://hotel.example/mcp:", "Send it? [Y/n]"}) {
            assertTrue(screen.contains(words), () -> words + " is missing:\n" + screen);
        }
        assertFalse(screen.contains("\u001b"), screen);
    }

    @ParameterizedTest
    @CsvSource({"/no, Declined", "/cancel, Cancelled", "'Ada;;;;1;;n', Declined", "'', Cancelled",
        "'A;A;A;A;A', Cancelled"})
    void thePersonMayLeave(String typed, String wanted) {
        assertEquals(wanted, answer(typed.replace(';', '\n'), BOOKING).getClass().getSimpleName());
    }

    @Test
    void aBareQuestionNeedsAWord() {
        var question = "{\"message\": \"Delete it?\", \"requestedSchema\": {\"type\": \"object\", \"properties\": {}}}";
        assertEquals("{}", content(answer("\ny\n", question)));
        assertInstanceOf(Answer.Declined.class, answer("n\n", question));
        assertInstanceOf(Answer.Cancelled.class, answer("\n\n\n\n\n\n", question));
    }

    @Test
    void aPageIsShownWholeAndOpenedWhenThePersonSaysSo() {
        var question = "{\"mode\": \"url\", \"message\": \"Pay.\", \"elicitationId\": \"1\", \"url\": "
                + "\"https://pay.example/a?b=c\"}";
        assertInstanceOf(Answer.Declined.class, answer("n\n", question));
        assertTrue(opened.isEmpty());
        assertInstanceOf(Answer.Accepted.class, answer("y\n", question));
        assertEquals("[https://pay.example/a?b=c]", opened.toString());
        assertTrue(said.toString().contains("  https://pay.example/a?b=c\n  It is at pay.example."), said::toString);
    }
}
