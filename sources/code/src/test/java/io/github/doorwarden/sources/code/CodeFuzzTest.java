package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Fuzzer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Code as no programmer leaves it: its secrets go, its outline is one, whatever it says; and questions about it.
final class CodeFuzzTest {

    private static final String BODY = "4kQ9vXw2LmN8pRt6YzBc1DfG3HjK5sAe7UiO0PqW";
    /// Each is known by its form alone, wherever it stands. Put together here so that no scanner takes them for a leak.
    private static final List<String> SECRETS = List.of("AKIA" + "Q3EGVTRB6KXW2MZP", "ghp_" + BODY.substring(0, 36),
            "github_pat_" + BODY, "xoxb-" + "1234567890-" + BODY.substring(0, 20), "AIza" + BODY.substring(0, 35),
            "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhZGEifQ." + BODY, "sk-" + BODY, "glpat-" + BODY.substring(0, 20),
            "npm_" + BODY.substring(0, 36), "ya29." + BODY, "hf_" + BODY.substring(0, 34));
    private static final List<String> AROUND =
            List.of("", " ", "\n", "\t", "\"", "'", "`", "=", ":", "(", ")", "{", "}",
            ",", ";", "<", ">", "/", "@", "#", "|", "\\", "\u0000", "\u0130", "\u202e", "\uD83D", "é", "token = ",
            "key: ",
            "password=", "\"secret\": \"", "Authorization: Bearer ", "https://u:", "@host/", "<password>",
            "</password>",
            "-----BEGIN RSA PRIVATE KEY-----\n", "-----END RSA PRIVATE KEY-----", "[redacted: secret]", "AccountKey=",
            "a".repeat(300), " ".repeat(2_000), "\n".repeat(500), "password ".repeat(300), "token:".repeat(300),
            "-----BEGIN PRIVATE KEY-----".repeat(50), "eyJ".repeat(500), "://:".repeat(500), "\"".repeat(999),
            "AKIA".repeat(100), "ghp_".repeat(100), "<secret".repeat(300));
    private static final List<String> CODE =
            List.of("package a;\n\n/** x */\nfinal class B<T> extends C {\n    @D int e("
            + "F g) throws H {\n        return i(\"}\") + '{';\n    }\n}\nrecord J(int k) {}\nenum L { M, N; }\n",
            "import os\n\n@deco\nclass A(B):\n    \"\"\"x\"\"\"\n    async def f(self, a: int = 1) -> str:\n        "
            + "return "
            + "'''\n'''\n\ndef g():\n\tpass\n",
            "export default class A { #x = 1; async *m() {} }\nexport const f = (a) => "
            + "{ return `${a}`; };\nfunction g() {} // }\n",
            "package p\n\nfunc (r *T) M(a int) error {\n\treturn nil\n}\n"
            + "type T struct {\n\tx int\n}\n",
            "#[derive(Debug)]\npub struct A<'a> { x: &'a str }\nimpl<'a> A<'a> {\n    "
            + "pub fn f(&self) -> char { '}' }\n}\nmacro_rules! m { () => {} }\n",
            "module A\n  class B < C\n    def d?(e)\n"
            + "      if f then g end\n    end\n  end\nend\n",
            "create table a.b (c int);\ncreate or replace function d() "
            + "returns int as $$ begin; end $$ language x;\n", "a:\n  - b: c\n    d: |\n      e: f\n  ? g\n  : h\n",
            "# One\n\n## Two\n\n```sh\n# not\n```\n\nThree\n=====\n",
            "f() {\n  case $1 in a) b;; esac\n}\nfunction g { x <<E\n"
            + "}\nE\n}\n", "namespace a { template<class T> class B : C { int d() const; }; }\n#define E(f) {\n",
            "syntax = \"proto3\";\nmessage A { string b = 1; }\nservice C { rpc D(A) returns (A); }\n");
    private static final List<String> PIECES = List.of("{", "}", "(", ")", "[", "]", "<", ">", "\"", "'", "`", "\"\"\"",
            "/*", "*/", "//", "#", "--", "$$", "<<EOF\n", "\\", "\n", "\r\n", "\t", "class ", "def ", "function ",
            "fn ",
            "end\n", "{".repeat(5_000), "(".repeat(5_000), "[".repeat(3_000), "<".repeat(3_000), "/*".repeat(2_000),
            "\"".repeat(3_001), "\n".repeat(3_000), " ".repeat(5_000), "#".repeat(3_000), "class a{".repeat(500),
            "def a:\n ".repeat(500), "a.".repeat(3_000), "!".repeat(3_000), "x=>".repeat(1_000), "@a ".repeat(1_000),
            "- ".repeat(2_000), "a: ".repeat(2_000), "\u0000", "\uD83D", "\u202e", "A".repeat(5_000),
            "1+".repeat(5_000));
    private static final List<String> IGNORES = List.of("*", "!*", "**", "/", "!", "a/**/b", "[", "[a-", "[!a]", "\\",
            "*.java", "!Keep.java", "#x", " ", "a\\ ", "**/**/**/**/x", "*".repeat(200) + "x", "[[:alpha:]]", "{a,b}",
            "../x", "a/", "/**", "?".repeat(100), "*a".repeat(40), "\u0000", "é", "src", "[z-a]");

    @TempDir
    private Path root;

    private static String around(Fuzzer fuzz) {
        return String.join("", fuzz.some(AROUND, 5)) + (fuzz.once(3) ? fuzz.noise(30) : "");
    }

    /// A name or a number goes on where a letter, a digit or `_` follows; then it is no longer this secret.
    private static boolean apart(String before, String after) {
        return (before.isEmpty() || !part(before.charAt(before.length() - 1)))
                && (after.isEmpty() || !part(after.charAt(0)));
    }

    private static boolean part(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    @Test
    void noKnownSecretStays() {
        var fuzz = new Fuzzer(3_000);
        while (fuzz.goesOn()) {
            var secret = fuzz.one(SECRETS);
            var before = around(fuzz);
            var after = around(fuzz);
            before = apart(before, "") ? before : before + " ";
            after = apart("", after) ? after : " " + after;
            var text = before + secret + after;
            var clean = Redaction.of(text, fuzz.once(2));
            assertFalse(clean.text().contains(secret), () -> fuzz.said(text + "\n-> " + clean.text()));
            assertEquals(text.chars().filter(c -> c == '\n').count(), clean.text().chars().filter(c -> c == '\n')
                    .count(),
                    () -> fuzz.said(text));
            assertTrue(clean.marks() > 0, () -> fuzz.said(text));
        }
    }

    @Test
    void whatIsFoundInAFileLiesInIt() {
        var fuzz = new Fuzzer(500);
        var found = 0;
        try (var outline = new Outline()) {
            while (fuzz.goesOn()) {
                var text = new StringBuilder(fuzz.once(4) ? fuzz.one(CODE) : fuzz.mutated(fuzz.one(CODE)));
                for (var n = fuzz.below(4); n > 0; n--) {
                    text.insert(fuzz.below(text.length() + 1), fuzz.one(PIECES));
                }
                var language = fuzz.one(List.of(Language.values()));
                var source = new SourceText(text.toString().replace("\r", ""));
                outline.prepare(language, List.of(source));
                var symbols = outline.of(language, "a/b", source);
                found += symbols.size();
                var lines = source.lines();
                symbols.forEach(each -> assertTrue(1 <= each.from() && each.from() <= each.to() && each.to() <= lines
                        && !each.name().isBlank(), () ->
                        fuzz.said(language + " " + each + " of " + lines + "\n" + text)));
            }
        }
        assertTrue(found > fuzz.rounds() / 5, "hardly anything is found any more: " + found);
    }

    private static JsonNode fitting(Fuzzer fuzz, JsonNode schema) {
        var json = Workshop.JSON;
        if (schema.has("enum")) {
            return fuzz.one(schema.path("enum").valueStream().toList());
        }
        return switch (schema.path("type").asString("string")) {
            case "integer" -> json.getNodeFactory().numberNode(schema.path("minimum").asInt(0)
                    + fuzz.below(Math.max(1, schema.path("maximum").asInt(100_000))));
            case "boolean" -> json.getNodeFactory().booleanNode(fuzz.once(2));
            case "array" -> json.createArrayNode().add(fitting(fuzz, schema.path("items")));
            default -> json.getNodeFactory()
                    .stringNode(fuzz.maybe(fuzz.one(List.of("Basket", "Basket.total", "src/Keep.java",
                    "main", "../state", "/etc/passwd", "src/../../state", "src//Keep.java", "*", "**/*.java", "[",
                    "java",
                    "class", "text:x", "a AND (", "\"", "\\", "/x/", "", " ", "a".repeat(3_000), "\u0000", "\uD83D",
                    "src/Keep.java\u0000", "total basket cost", ".gitignore", "total*", "~",
                    "+-&&||!(){}[]^\"~*?:\\"))));
        };
    }

    @Test
    void questionsAndRulesOfWhatIsIgnoredAreTakenInWords() throws Exception {
        var fuzz = new Fuzzer(150);
        var answered = 0;
        try (var shop = new Workshop(root)
                .write("src/Keep.java", "final class Basket {\n    long total() {\n        return 0;"
                + "\n    }\n}\n").write("src/More.java", "class More { Basket b; }\n").open()) {
            while (fuzz.goesOn()) {
                if (fuzz.once(5)) {
                    shop.write(fuzz.once(2) ? ".gitignore" : "src/.gitignore", fuzz.maybe(String.join("\n",
                            fuzz.some(IGNORES, 5)))).look();
                    assertEquals("", shop.status().failure(), () -> fuzz.said("rules of what is ignored"));
                }
                var tool = fuzz.one(shop.source.things().tools()).spec();
                var arguments = Workshop.JSON.createObjectNode();
                tool.inputSchema().path("properties").properties().forEach(argument -> {
                    if (!fuzz.once(3) || tool.inputSchema().path("required").toString().contains('"' + argument.getKey()
                            + '"')) {
                        arguments.set(argument.getKey(), fitting(fuzz, argument.getValue()));
                    }
                });
                var result = shop.answer(Workshop.READER, tool.name(), arguments);
                var text = result.content().getFirst().path("text").asString();
                answered += result.isError() ? 0 : 1;
                assertFalse(text.contains("Exception") || text.contains("root:") || text.contains(root.toString()),
                        () -> fuzz.said(tool.name() + " " + arguments + "\n" + text));
            }
        }
        assertTrue(answered > fuzz.rounds() / 5, "hardly anything is answered any more: " + answered);
    }
}
