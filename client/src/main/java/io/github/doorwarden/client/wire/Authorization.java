package io.github.doorwarden.client.wire;

import java.net.URI;
import java.util.List;
import java.util.Map;

/// With which credentials requests go to the endpoint of one server, and what is done when it wants others. Safe for
/// use by many threads.
public interface Authorization {

    /// Nothing is proven, and nobody is asked.
    Authorization NONE = new Authorization() {

        @Override
        public Map<String, String> fields(String method, URI target) {
            return Map.of();
        }

        @Override
        public boolean renewed(Refusal refusal) {
            return false;
        }
    };

    /// A request that the server refused.
    ///
    /// @param status    401, or 403
    /// @param headers   of the answer, names in lower case
    /// @param sent      the fields that [#fields] gave for the request
    /// @param operation what was asked, the same for the same thing: `tools/call add`
    /// @param attempt   how often this request has been refused, from 1
    record Refusal(int status, Map<String, List<String>> headers, Map<String, String> sent, String operation,
            int attempt) {

        /// Without the credentials.
        @Override
        public String toString() {
            return "Refusal[" + status + " for " + operation + ", attempt " + attempt + "]";
        }
    }

    /// The fields that prove who asks, for one request: `Authorization`, and `DPoP` where a token is bound to a key.
    /// The thread may wait here until a person has signed in.
    ///
    /// @throws ClientFailure `CREDENTIALS` when there are none to be had
    Map<String, String> fields(String method, URI target) throws ClientFailure, InterruptedException;

    /// Gets others after a refusal, which may ask a person.
    ///
    /// @return whether the same request is worth another try; false when it is not for lack of credentials, and then
    ///         whoever asked hears of the refusal
    /// @throws ClientFailure `CREDENTIALS` with a sentence that says what to do
    boolean renewed(Refusal refusal) throws ClientFailure, InterruptedException;
}
