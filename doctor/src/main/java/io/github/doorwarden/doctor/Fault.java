package io.github.doorwarden.doctor;

import java.net.URI;
import java.util.List;

/// Something that a server can do wrong, known by name: what is expected instead and where that is written, how to
/// mend it, and where it broke a client.
///
/// @param id     its name, of words with hyphens
/// @param harm   whom it harms when a client's own row says nothing else
/// @param what   one sentence: what the server does
/// @param expected what it should do
/// @param source the section that says so
/// @param remedy what to change
/// @param issues public issues, `owner/repository#number`
public record Fault(String id, Harm harm, String what, String expected, String source, String remedy,
        List<String> issues) {

    /// Whom a fault harms, where the rows of the clients say nothing else.
    public enum Harm {
        /// Every client fails.
        STOPS_ALL,
        /// Every client connects with faults.
        HINDERS_ALL,
        /// Nobody but those whose row names it.
        SOME,
        /// No client; but the server lets through what it should not.
        SECURITY
    }

    public Fault {
        issues = List.copyOf(issues);
        if (!id.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("The id of a fault is words with hyphens: " + id);
        }
    }

    static Fault of(String id, Harm harm, String what, String expected, String source, String remedy,
            String... issues) {
        return new Fault(id, harm, what, expected, source, remedy, List.of(issues));
    }

    /// Where the issues can be read.
    public List<URI> links() {
        return issues.stream().map(issue -> URI.create("https://github.com/" + issue.replace("#", "/issues/")))
                .toList();
    }
}
