package io.github.doorwarden.systems.backend;

import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// The environment of the process, read strictly: a blank variable counts as none, and what cannot be used is a
/// [Mistake] that names its variable.
public record Environment(Map<String, String> variables) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /// Without blanks around it; empty when there is none of that name, or nothing in it.
    public Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    public Optional<URI> url(String name) throws Mistake {
        var text = text(name);
        return text.isPresent() ? Optional.of(url(name, text.get())) : Optional.empty();
    }

    /// The URL that the text of a variable is.
    public static URI url(String name, String text) throws Mistake {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new Mistake(name + " is not a URL.");
        }
    }

    /// The number that the text of an option or variable is.
    public static int number(String name, String text, int min, int max) throws Mistake {
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the same mistake
        }
        throw new Mistake(name + " must be a number from " + min + " to " + max + ".");
    }

    /// Whose access tokens are taken, told in three variables; empty when none of them is set. Keys come by TLS, or
    /// from this machine.
    public Optional<Provider> provider(String jwks, String issuer, String audience) throws Mistake {
        if (text(jwks).isEmpty() && text(issuer).isEmpty() && text(audience).isEmpty()) {
            return Optional.empty();
        }
        if (text(jwks).isEmpty() || text(issuer).isEmpty() || text(audience).isEmpty()) {
            throw new Mistake(jwks + ", " + issuer + " and " + audience + " belong together: set all three, or none of "
                    + "them to do without access tokens.");
        }
        var url = url(jwks).get();
        if (!"https".equals(url.getScheme()) && !("http".equals(url.getScheme()) && loopback(url))) {
            throw new Mistake(jwks
                    + " must be an https URL; http is accepted on this machine's own addresses alone.");
        }
        return Optional.of(new Provider(url, text(issuer).get(), text(audience).get()));
    }

    /// Whether a URL names this machine itself, by its literal address or as `localhost`; asks no name server.
    public static boolean loopback(URI url) {
        var host = url.getHost();
        if (host == null) {
            return false;
        }
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[.*]") && InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""))
                    .isLoopbackAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
