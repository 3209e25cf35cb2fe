package io.github.doorwarden.client.oauth;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// How one signs in to one MCP server. Made by [#of] and changed by the others.
///
/// @param server      the endpoint, as it was given to us; tokens go nowhere else
/// @param folder      where tokens are kept: made private, shared by all processes of this person
/// @param keys        where the key is kept by which they are encrypted
/// @param grant       in which way tokens are had
/// @param reach       how authorization servers are reached
/// @param browser     opened for a person
/// @param notices     hears sentences for the person, such as the address to sign in at
/// @param interactive whether a person can be asked; if not, what would need one fails with a sentence
/// @param bound       whether tokens are bound to a key (DPoP)
/// @param scopes      asked for in addition to what the server wants
/// @param sayResource whether requests name the resource; some servers of today refuse those that do
public record OAuthSettings(URI server, Path folder, InstantSource time, Keys keys, Grant grant, Reach reach,
        Browser browser, Consumer<String> notices, boolean interactive, Bound bound, List<String> scopes,
        boolean sayResource) {

    /// Where the key of the kept tokens is.
    public enum Keys {
        /// The system's keychain where there is one, else a private file.
        SYSTEM,
        /// A private file beside them.
        FILE
    }

    /// Whether tokens are bound to a key of ours (RFC 9449).
    public enum Bound {
        /// Never.
        NEVER,
        /// When the server knows such tokens.
        WHEN_KNOWN,
        /// Always; other tokens are not taken.
        ALWAYS
    }

    public OAuthSettings {
        if (Origin.safe(server.toString()).isEmpty()) {
            throw new IllegalArgumentException("The address of a server is https, or http on this machine, and has no "
                    + "user name in it: " + Origin.shown(server.getScheme() + "://" + server.getHost()));
        }
        scopes = List.copyOf(scopes);
    }

    /// For a program on a person's own machine, which registers by itself as `name`.
    public static OAuthSettings of(URI server, Path folder, InstantSource time, String name) {
        return new OAuthSettings(server, folder, time, Keys.SYSTEM, Grant.SignedIn.as(ClientIdentity.named(name)),
                Reach.desktop(), Browser.system(), Notices.LOG, true, Bound.WHEN_KNOWN, List.of(), true);
    }

    public OAuthSettings with(Grant other) {
        return new OAuthSettings(server, folder, time, keys, other, reach, browser, notices, interactive, bound, scopes,
                sayResource);
    }

    public OAuthSettings with(Keys other) {
        return new OAuthSettings(server, folder, time, other, grant, reach, browser, notices, interactive, bound,
                scopes, sayResource);
    }

    public OAuthSettings with(Browser other) {
        return new OAuthSettings(server, folder, time, keys, grant, reach, other, notices, interactive, bound, scopes,
                sayResource);
    }

    public OAuthSettings with(Bound other) {
        return new OAuthSettings(server, folder, time, keys, grant, reach, browser, notices, interactive, other, scopes,
                sayResource);
    }

    public OAuthSettings withReach(Reach other) {
        return new OAuthSettings(server, folder, time, keys, grant, other, browser, notices, interactive, bound, scopes,
                sayResource);
    }

    public OAuthSettings withNotices(Consumer<String> other) {
        return new OAuthSettings(server, folder, time, keys, grant, reach, browser, other, interactive, bound, scopes,
                sayResource);
    }

    public OAuthSettings withScopes(List<String> other) {
        return new OAuthSettings(server, folder, time, keys, grant, reach, browser, notices, interactive, bound, other,
                sayResource);
    }

    /// Nobody is asked.
    public OAuthSettings withoutPerson() {
        return new OAuthSettings(server, folder, time, keys, grant, reach, Browser.NONE, notices, false, bound, scopes,
                sayResource);
    }

    /// Requests do not name the resource.
    public OAuthSettings withoutResource() {
        return new OAuthSettings(server, folder, time, keys, grant, reach, browser, notices, interactive, bound, scopes,
                false);
    }

    /// For a server that signs in to others: nothing but public addresses is asked, and nobody is.
    public OAuthSettings inServer() {
        return new OAuthSettings(server, folder, time, Keys.FILE, grant, Reach.guarded(), Browser.NONE, notices, false,
                bound, scopes, sayResource);
    }
}
