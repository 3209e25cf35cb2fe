package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;

import io.github.doorwarden.identity.MailAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether there is an administration over HTTP, and who may have it.
///
/// @param scope        to change things; with `:read` behind it, to look at them. Empty: there is none
/// @param people       addresses, in lower case
/// @param tiers        names of tiers whose people may, too
/// @param ofTenants    addresses of people who may see the figures of their own organisation, in lower case
/// @param secondFactor whether people need a sign-in with a second factor
public record AdminConfig(Optional<String> scope, Set<String> people, Set<String> tiers, Set<String> ofTenants,
        boolean secondFactor) {

    public static final String PATH = "/admin";
    public static final String DASHBOARD = PATH + "/dashboard";

    static final List<Key> ROWS = List.of(
            group("admin", "Administration over HTTP, at `/admin`: a resource of its own, with scopes that are "
                    + "nobody's unless they are named here."),
            text("admin.scope", "Switches it on. With this scope things are changed; with this and `:read` behind it "
                    + "they are looked at. Neither is declared under `authorization.scopes`. A program has them when "
                    + "its registration names them."),
            texts("admin.people", "E-mail addresses of the people who may have these scopes, by a client that you "
                    + "registered."),
            texts("admin.tiers", "Tiers whose people may have them too."),
            texts("admin.tenant_viewers", "E-mail addresses of people who may see the dashboard of their own "
                    + "organisation, by `authorization.tenants`, and nothing else."),
            flag("admin.second_factor", true, "Whether people need a sign-in with a second factor for it."));

    public AdminConfig {
        people = Set.copyOf(people);
        tiers = Set.copyOf(tiers);
        ofTenants = Set.copyOf(ofTenants);
    }

    /// @throws java.util.NoSuchElementException when there is none
    public String readScope() {
        return scope.orElseThrow() + ":read";
    }

    static AdminConfig read(Section in) {
        var admin = new AdminConfig(in.text("scope").filter(name -> !name.isBlank()), addresses(in, "people"),
                Set.copyOf(in.texts("tiers")), addresses(in, "tenant_viewers"), in.flag("second_factor"));
        admin.scope.filter(name -> !name.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}")).ifPresent(name ->
                in.mistake("scope", "is no scope. It looks like doorwarden:admin."));
        if (admin.scope.isEmpty() && !(admin.people.isEmpty() && admin.tiers.isEmpty() && admin.ofTenants.isEmpty())) {
            in.need("scope");
        }
        in.end();
        return admin;
    }

    private static Set<String> addresses(Section in, String key) {
        return in.texts(key).stream().map(MailAddress::plain).collect(Collectors.toSet());
    }

    /// What no single key can tell.
    static void checkTogether(Config config, Section top) {
        var in = top.section("admin");
        var admin = config.admin();
        var authorization = config.authorization();
        admin.tiers.stream().filter(tier -> !authorization.tiers().names().contains(tier)).forEach(tier ->
                in.mistake("tiers", "names " + tier + ", which is not declared under authorization.tiers."));
        if (admin.scope.isEmpty()) {
            return;
        }
        for (var scope : List.of(admin.scope.get(), admin.readScope())) {
            if (authorization.scopes().knows(scope)) {
                in.mistake("scope", "makes the scope " + scope + ", which is declared under authorization.scopes too. "
                        + "Take it away there: it is for the administration alone.");
            }
        }
        if (authorization.mode() == Config.Mode.EXTERNAL) {
            in.mistake("scope", "needs the authorization server of this process. Set authorization.mode to embedded or "
                    + "proxied, or leave it out and use the commands.");
        }
        config.endpoints().stream().map(Config.EndpointConfig::path)
                .filter(path -> path.equals(PATH) || path.startsWith(PATH + "/")).forEach(path ->
                        top.section("endpoints").mistake(path, "lies where the administration is. Rename it."));
    }
}
