package io.github.doorwarden.app.config;

import io.github.doorwarden.authserver.MailSettings;
import io.github.doorwarden.authserver.SessionApi;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.MailAddress;
import io.github.doorwarden.identity.Tiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The part of the configuration that is about how people sign in.
final class PeopleConfig {

    private PeopleConfig() {}

    /// In the order of the file.
    static Tiers tiers(Section in) {
        var all = new ArrayList<Tiers.Tier>();
        in.named("tiers").forEach((name, tier) -> {
            all.add(new Tiers.Tier(name, lower(tier.texts("emails")), lower(tier.texts("domains")),
                    Set.copyOf(tier.texts("clients"))));
            tier.end();
        });
        return new Tiers(all);
    }

    /// Organisations, in the order of the file. None takes whoever is left: their data would be everybody's.
    static Tiers tenants(Section in) {
        var all = new ArrayList<Tiers.Tier>();
        in.named("tenants").forEach((name, section) -> {
            var tenant = new Tiers.Tier(name, lower(section.texts("emails")), lower(section.texts("domains")),
                    Set.copyOf(section.texts("clients")));
            if (tenant.emails().isEmpty() && tenant.domains().isEmpty() && tenant.clients().isEmpty()) {
                section.mistake("domains", "is missing, and so are emails and clients. Say who belongs to " + name
                        + ".");
            } else {
                all.add(tenant);
            }
            section.end();
        });
        return new Tiers(all);
    }

    /// What no single key can tell: who signs in without OAuth needs somebody who brings the links.
    static void checkTogether(Config config, Section top) {
        var authorization = config.authorization();
        if (!authorization.sessionApi() || !authorization.enabled()) {
            return;
        }
        var in = top.section("authorization");
        if (authorization.mode() == Config.Mode.EXTERNAL) {
            in.mistake("session_api", "needs the authorization server of this process. Set mode to embedded or "
                    + "proxied, or leave it out.");
        }
        if (authorization.mode() == Config.Mode.EMBEDDED && authorization.mail().isEmpty() && !config.development()) {
            in.mistake("session_api", "sends sign-in links, and nothing says how. Add authorization.mail.");
        }
        if (authorization.tokens().dpop() == DpopMode.REQUIRED) {
            in.mistake("session_api", "gives out bearer tokens, and dpop: required lets none of them in. Set dpop to "
                    + "optional, or leave it out.");
        }
        authorization.clients().stream().filter(client -> client.id().equals(SessionApi.CLIENT)).forEach(client ->
                in.mistake("clients", "has a client " + client.id() + ", which is the name that sessions without OAuth "
                        + "have. Rename it."));
    }

    private static Set<String> lower(List<String> texts) {
        return texts.stream().map(MailAddress::plain).collect(Collectors.toSet());
    }

    /// Empty when there is none.
    static Optional<MailSettings> mail(Section in) {
        var host = in.textOrEmpty("host");
        var from = in.textOrEmpty("from");
        var user = in.text("user");
        var mail = new MailSettings(host, in.number("port"),
                MailSettings.Security.valueOf(in.choice("security").toUpperCase(Locale.ROOT)), user,
                in.secret("secret").map(Secret::reveal), from);
        if (host.isEmpty() != from.isEmpty()) {
            in.need(host.isEmpty() ? "host" : "from");
        }
        if (!from.isEmpty() && !from.matches("[^@\\s<>]+@[^@\\s<>]+")) {
            in.mistake("from", "is no address. It looks like door@example.com.");
        }
        if (user.isPresent() && mail.secret().isEmpty()) {
            in.need("secret");
        }
        if (mail.security() == MailSettings.Security.NONE && !host.isEmpty()
                && !host.matches("127\\.0\\.0\\.1|localhost|\\[?::1]?")) {
            in.mistake("security", "is none, but " + host + " is not this machine: whoever reads the links on their "
                    + "way signs in with them. Take starttls or tls.");
        }
        in.end();
        return host.isEmpty() || from.isEmpty() ? Optional.empty() : Optional.of(mail);
    }
}
