package io.github.doorwarden.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.client.Content;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Answers as people read them, to the letter.
class ScreenTest {

    private static String data(String json, int width) {
        return String.join("\n", Screen.of(JsonMapper.shared().readTree(json), width)) + "\n";
    }

    private static String content(String json) {
        return String.join("\n", Screen.of(Content.of((ObjectNode) JsonMapper.shared().readTree(json)), 80)) + "\n";
    }

    @Test
    void listsAreTablesAndObjectsAreLines() {
        assertEquals("""
                total  2
                tags   a, b
                items:
                  id  name  price
                  1   Tea   2.5
                  22
                more:
                  deep:
                    text:
                      one
                      two
                list:
                  - a  1
                    b:
                      c  2
                  - x
                none
                """, data("""
                {"total": 2, "tags": ["a", "b"], "items": [{"id": 1, "name": "Tea", "price": 2.5}, {"id": 22}],
                 "more": {"deep": {"text": "one\\ntwo"}}, "list": [{"a": 1, "b": {"c": 2}}, "x"],
                 "none": null}""", 80));
        assertEquals("empty\n", data("{}", 80));
        assertEquals("none\n", data("[]", 80));
    }

    @Test
    void tablesFitTheTerminalAndAreWholeForPrograms() {
        var rows = "[{\"name\": \"Ada\", \"about\": \"wrote the first program that was ever published\"}]";
        assertEquals("name  about\nAda   wrote the first pro…\n", data(rows, 26));
        assertEquals("what_one_types_next  about\nab                   cdefghi…\n", data("[{\"what_one_types_next\": "
                + "\"ab\", \"about\": \"cdefghijklmnop\"}]", 10));
        assertEquals("name  about\nAda   wrote the first program that was ever published\n",
                data(rows, Integer.MAX_VALUE));
    }

    @Test
    void whatATerminalWouldObeyIsVisible() {
        assertEquals("a    b\\u{1b}[2J\n  next\\u{202e}\n", content(
                "{\"type\": \"text\", \"text\": \"a\\tb\\u001b[2J\\r\\n  next\\u202e\"}"));
        assertEquals("-> file:///a\\u{7}  (text/x, 1.2 kB)\n   A: about\\u{1b}\n",
                content("{\"type\": \"resource_link\", "
                + "\"uri\": \"file:///a\\u0007\", \"name\": \"A\", \"description\": \"about\\u001b\", \"mimeType\": "
                + "\"text/x\", \"size\": 1234}"));
        assertEquals("a\\u{1b}  b\\u{9b}\n1        2\n", data("[{\"a\\u001b\": 1, \"b\\u009b\": 2}]", 80));
    }

    @Test
    void whatATerminalCannotShowIsNamed() {
        assertEquals("[image/png, 3 bytes]\n", content("{\"type\": \"image\", \"data\": \"AAAA\", \"mimeType\": "
                + "\"image/png\"}"));
        assertEquals("x:///y:\nid  1\n", content("{\"type\": \"resource\", \"resource\": {\"uri\": \"x:///y\", "
                + "\"mimeType\": \"application/json\", \"text\": \"{\\\"id\\\": 1}\"}}"));
        assertEquals("[hologram, which this version does not know; --json shows it]\n", content(
                "{\"type\": \"hologram\"}"));
        assertEquals("{not JSON\n", content("{\"type\": \"text\", \"text\": \"{not JSON\"}"));
    }

    @Test
    void progressIsOneMovingLineOrFewPlainOnes() {
        var moving = new StringWriter();
        var time = new AtomicLong(1);
        var bar = new ProgressBar(new Terminal(new BufferedReader(new StringReader("")), new PrintWriter(moving), true,
                40), time::get);
        bar.at(1, 4, "half\u001b way to the next station and on");
        bar.at(3, 0, "");
        bar.close();
        assertEquals("\r\033[K[######------------------]  25%  half\\u\r\033[K… 3  \r\033[K", moving.toString());

        var plain = new StringWriter();
        var lines = new ProgressBar(new Terminal(new BufferedReader(new StringReader("")), new PrintWriter(plain),
                false,
                40), time::get);
        lines.at(1, 10, "one");
        lines.at(2, 10, "two");
        time.addAndGet(3_000_000_000L);
        lines.at(3, 10, "three");
        lines.at(10, 10, "all");
        lines.close();
        assertEquals("10%  one\n30%  three\n100%  all\n", plain.toString().replace("\r\n", "\n"));
    }
}
