package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No secret gets into the index or an answer. The secrets are made up, and put together here so that no scanner takes
/// this file for a leak.
class RedactionTest {

    private static final String BODY = "4kQ9vXw2LmN8pRt6YzBc1DfG3HjK5sAe7UiO0PqW";

    @TempDir
    private Path root;

    /// Lines with a secret in them, and the secret.
    private static Map<String, String> lines() {
        var all = new LinkedHashMap<String, String>();
        all.put("key = '%s'", "AKIA" + "Q3EGVTRB6KXW2MZP");
        all.put("token: %s", "ghp_" + BODY.substring(0, 36));
        all.put("x %s y", "github_pat_" + BODY);
        all.put("slack %s", "xoxb-" + "1234567890-" + BODY.substring(0, 20));
        all.put("u %s", "AIza" + BODY.substring(0, 35));
        all.put("jwt %s", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhZGEifQ." + BODY);
        all.put("k %s", "sk-" + BODY);
        all.put("String password = \"%s\";", "hunter-of-moles");
        all.put("\"db_passwd\": \"%s\",", "m0le hill");
        all.put("<password>%s</password>", "mole4711");
        all.put("client.setProperty(\"api.secret\", \"%s\")", "mole-4711");
        all.put("jdbc:postgresql://app:%s@db.example/x", "m0le4711");
        all.put("Authorization: Bearer %s", BODY.substring(0, 24));
        all.put("AccountKey=%s;", BODY + "==");
        all.put("SALT = \"%s\"", BODY);
        return all;
    }

    @Test
    void secretsAreReplacedByMarks() {
        lines().forEach((line, secret) -> {
            var clean = Redaction.of("before\n" + line.formatted(secret) + "\nafter\n", false);
            assertFalse(clean.text().contains(secret), clean.text());
            assertTrue(clean.text().contains("[redacted: ") && clean.text().startsWith("before\n")
                    && clean.text().endsWith("\nafter\n"), clean.text());
            assertTrue(clean.marks() >= 1);
        });
        assertFalse(Redaction.of("\u0130".repeat(500) + "\n\nString PASSWORD = \"hunter-of-moles\";\n", false).text()
                .contains("hunter"), "letters that grow when they are made small");
        assertEquals("db.password=[redacted: secret]\n", Redaction.of("db.password=moles\n", true).text());
        assertEquals("password: [redacted: secret] # x\n", Redaction.of("password: moles # x\n", true).text());
    }

    @Test
    void passwordsMayHaveAnyCharacter() {
        for (var line : List.of("password = \"ab'Xk9mPq2z\"", "password = \"hunter'Xk9m-Pq2z\"",
                "password = \"it\\\"s-Xk9m4711\"", "password = \"it\\\"s-Xk9mPq2z\"", "password = 'it''s-Xk9mPq2z'",
                "password = \"\"\"a\"Xk9mPq2z\"\"\"",
                "password = \"never-ended-Xk9mPq2z", "put(\"password\", \"4'Xk9mPq2z\")")) {
            var clean = Redaction.of("a\n" + line + "\nb = 1\n", false).text();
            assertFalse(clean.contains("Xk9m") || clean.contains("Pq2z") || clean.contains("4711"), clean);
            assertTrue(clean.startsWith("a\n") && clean.endsWith("\nb = 1\n"), clean);
        }
        for (var line : List.of("DB_PASSWORD=Xk9,mPq#2zL4711", "DB_PASSWORD=Xk9m,mPq2zL4711",
                "password: abcd(4711Xk", "password: abcd(4711Xk9mPq2z", "password: a'b\"Xk9mPq2z",
                "password: >-\n  Xk9m\n\n  4711Pq2z",
                "  - db-password: |\n      Xk9m4711Pq2z")) {
            var clean = Redaction.of("a\n" + line + "\nb: 1\n", true).text();
            assertFalse(clean.contains("Xk9") || clean.contains("Pq2z") || clean.contains("4711"), clean);
            assertTrue(clean.startsWith("a\n") && clean.endsWith("\nb: 1\n"), clean);
            assertEquals(line.lines().count() + 2, clean.lines().count());
        }
        assertEquals("token: >-\n  the words of a sentence\n", Redaction.of("token: >-\n  the words of a sentence\n",
                true).text());
    }

    @Test
    void whatIsNoSecretStays() {
        for (var line : List.of("String token = request.header(\"Authorization\");", "password = getPassword();",
                "password = vault.read(\"db\", \"main\");",
                "static final String ACCESS_TOKEN = \"access_token\";", "password: ${DB_PASSWORD}",
                "if (token == null || secret.isEmpty()) {", "\"password\": \"<your password>\"",
                "var alphabet = \"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\";",
                "sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
                "var path = \"src/main/java/io/github/doorwarden/sources/code/Redaction1.java\";",
                "https://example.com:8080/a@b", "token_type: string")) {
            assertEquals(line, Redaction.of(line, true).text());
        }
    }

    @Test
    void linesStayLines() {
        var pem = "a\n-----BEGIN RSA PRIVATE KEY-----\n" + (BODY + "\n").repeat(10)
                + "-----END RSA PRIVATE KEY-----\nb\n";
        var clean = Redaction.of(pem, false).text();
        assertEquals(pem.lines().count(), clean.lines().count());
        assertFalse(clean.contains(BODY));
        assertTrue(clean.endsWith("\nb\n"));
        assertFalse(Redaction.of("-----BEGIN PRIVATE KEY-----\n" + BODY, false).text().contains(BODY), "not ended");
    }

    /// Everything that was ever written below the state folder, and every answer.
    @Test
    void noSecretIsInTheIndexNorInAnAnswer() throws Exception {
        try (var shop = new Workshop(root)) {
            var file = new StringBuilder("class Config {\n");
            lines().forEach((line, secret) -> file.append("    // ").append(line.formatted(secret)).append('\n'));
            shop.write("src/Config.java", file.append("    String password = \"canary-mole-4711\";\n}\n").toString())
                    .write("app.properties", "password=canary-mole-4711\n").write(".env", "A=canary-mole-4711\n")
                    .write("tls/server.pem", "canary-mole-4711\n").write("deploy/id_rsa", "canary-mole-4711\n").open();
            var secrets = new java.util.ArrayList<>(lines().values());
            secrets.add("canary-mole-4711");
            var answers = new StringBuilder();
            for (var secret : secrets) {
                answers.append(shop.call("search_code", "query", secret.substring(0, Math.min(12, secret.length()))));
                answers.append(shop.call("find_symbol", "name", secret.replaceAll("\\W.*", "")).path("references"));
            }
            answers.append(shop.call("read_code", "path", "src/Config.java"))
                    .append(shop.call("read_code", "path", "app.properties"))
                    .append(shop.call("generate_code", "task", "configure a password"))
                    .append(shop.call("analyze_context", "path", "src/Config.java"));
            assertEquals(2, shop.status().files());
            shop.close();
            for (var secret : secrets) {
                assertFalse(answers.toString().contains(secret), secret);
                assertFalse(isOnDisk(shop.state, secret), secret + " is in the index");
            }
            assertTrue(isOnDisk(shop.state, "redacted"), "the search of the files works");
        }
    }

    private static boolean isOnDisk(Path folder, String text) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }
}
