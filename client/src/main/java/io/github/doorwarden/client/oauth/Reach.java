package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How requests reach authorization servers and their documents. What always holds: no redirect is followed, no cookie
/// is kept, size and time are bounded. Safe for use by many threads.
public interface Reach {

    /// @param method  GET or POST
    /// @param target  `https`, or `http` on this machine
    /// @param headers without `Host` and `Content-Length`
    record Request(String method, URI target, Map<String, String> headers, Optional<String> body) {

        public Request {
            headers = Map.copyOf(headers);
        }

        static Request get(URI target) {
            return new Request("GET", target, Map.of("Accept", "application/json"), Optional.empty());
        }

        /// Without what it carries.
        @Override
        public String toString() {
            return method + " " + target.getHost() + target.getRawPath();
        }
    }

    /// @param headers names in lower case
    record Answer(int status, Map<String, List<String>> headers, byte[] body) {

        Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }

        /// Without what it carries.
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /// @throws IOException with a sentence, when there is no answer
    Answer send(Request request) throws IOException, InterruptedException;

    /// For a program that a person runs, who chose the server: the system's proxy is used, private networks can be
    /// reached.
    static Reach desktop() {
        return new DesktopReach();
    }

    /// For a server that uses this library for others: addresses that are not public are refused before a connection is
    /// opened, no proxy is used (MCP 2026-07-28, Security best practices, SSRF).
    static Reach guarded() {
        return new GuardedReach(false);
    }
}
