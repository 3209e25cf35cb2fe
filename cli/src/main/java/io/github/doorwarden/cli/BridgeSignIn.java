package io.github.doorwarden.cli;

import io.github.doorwarden.bridge.SigningIn;
import io.github.doorwarden.cli.client.SignIns;
import io.github.doorwarden.client.oauth.ClientAuthentication;
import io.github.doorwarden.client.oauth.ClientIdentity;
import io.github.doorwarden.client.oauth.Grant;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.DirectChannel;
import io.github.doorwarden.client.wire.HttpChannel;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
        if (line.plain()) {
            return Authorization.NONE;             // tokens do not travel where everybody can read them
        }
        var identity = ClientIdentity.named(SignIns.CLIENT);
        if (line.clientMetadata().isPresent()) {
            identity = identity.withDocument(line.clientMetadata().get());
        }
        if (line.clientId().isPresent()) {
            identity = identity.withPrepared(line.clientId().get(), ClientAuthentication.NONE, Optional.empty());
        }
        var redirect = URI.create("http://127.0.0.1:" + line.callbackPort().orElse(0) + "/callback");
        var settings = SignIns.at(line.server(), Optional.empty()).withNotices(notices)
                .withScopes(line.scopes()).with(new Grant.SignedIn(identity, redirect));
        return OAuthAuthorization.open(line.resource() ? settings : settings.withoutResource());
    }

    static HttpChannel channel(BridgeLine line, Authorization authorization) {
        return new DirectChannel(line.server(), authorization);
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
