package io.github.doorwarden.cli;

import io.github.doorwarden.bridge.PlainChannel;
import io.github.doorwarden.bridge.SigningIn;
import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.HttpChannel;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// With which credentials a bridge goes to its server: those of `--header`, or those of a person who signs in.
final class BridgeSignIn {

    private BridgeSignIn() {}

    static SigningIn of(BridgeLine line) {
        var own = line.headers().keySet().stream().anyMatch(name -> name.toLowerCase(Locale.ROOT)
                .equals("authorization"));
        return new SigningIn(notices -> new Fixed(line.headers(), own ? Authorization.NONE : person(line, notices)));
    }

    private static Authorization person(BridgeLine line, Consumer<String> notices) {
        return Authorization.NONE;
    }

    static HttpChannel channel(BridgeLine line, Authorization authorization) {
        return new PlainChannel(line.server(), authorization);
    }

    /// The headers of the command line, and what proves who asks.
    private record Fixed(Map<String, String> headers, Authorization with) implements Authorization {

        @Override
        public Map<String, String> fields(String method, URI target) throws ClientFailure, InterruptedException {
            var all = new LinkedHashMap<>(headers);
            all.putAll(with.fields(method, target));
            return all;
        }

        @Override
        public boolean renewed(Refusal refusal) throws ClientFailure, InterruptedException {
            return with.renewed(refusal);
        }

        /// Without the values.
        @Override
        public String toString() {
            return "Fixed" + headers.keySet();
        }
    }
}
