package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;

import io.github.doorwarden.authserver.ThirdParty;
import io.github.doorwarden.upstream.ProviderCalls;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The keys about accounts that people connect: their rows of [Keys], and how they are read.
final class AccountKeys {

    private AccountKeys() {}

    static List<Key> all() {
        var account = "authorization.accounts.<name>.";
        var all = new ArrayList<>(List.of(
                named("authorization.accounts", "name", "Third parties with an OAuth 2.0 server where people have "
                        + "accounts of their own, such as GitHub or Google. A person connects theirs once; backends "
                        + "whose `credentials` have `type: account` then see that person's token. Register `<public "
                        + "origin>/connect/callback/<name>` there as redirect URI. With `embedded` and `proxied`."),
                text(account + "label", "What people read; without it, the name."),
                text(account + "issuer", "Its identifier, when it publishes metadata with its endpoints."),
                address(account + "authorize_url", "Without `issuer`: where people are sent."),
                address(account + "token_url", "Without `issuer`: its token endpoint."),
                address(account + "revoke_url", "Without `issuer`: where tokens are given back (RFC 7009), if it has "
                        + "that."),
                text(account + "client_id", "Our id there.").needed(),
                secret(account + "client_secret", "Our secret there; without it and without `client_key` we are a "
                        + "public client."),
                choice(account + "authentication", "client_secret_basic",
                        List.of("client_secret_basic", "client_secret_post"), "How we show it."),
                texts(account + "scopes", "What we ask for there."),
                pairs(account + "parameters", false, "Sent along when somebody is sent there. Google gives nothing to "
                        + "renew a token with unless it reads `access_type: offline` and `prompt: consent`.")));
        all.addAll(ClientKeyRows.rows(account));
        return all;
    }

    /// @param in the section `authorization`
    static List<ThirdParty> read(Section in, Config.Mode mode) {
        var all = new ArrayList<ThirdParty>();
        in.named("accounts").forEach((name, account) -> {
            if (name.matches("[a-z0-9-]{1,40}")) {
                all.add(account(name, account));
            } else {
                in.mistake("accounts", "has the name " + name + ". A name has a-z, 0-9 and -, at most 40 of them.");
            }
        });
        if (!all.isEmpty() && mode == Config.Mode.EXTERNAL) {
            in.mistake("accounts", "needs people who sign in here, so it goes with mode: embedded or proxied.");
        }
        return all;
    }

    private static ThirdParty account(String name, Section in) {
        var issuer = in.textOrEmpty("issuer");
        var addresses = List.of("authorize_url", "token_url", "revoke_url");
        var given = addresses.stream().map(in::address).toList();
        for (var i = 0; i < addresses.size(); i++) {
            if (given.get(i).filter(uri -> !ProviderCalls.mayCall(uri)).isPresent()) {
                in.mistake(addresses.get(i), "must be https: tokens travel there. On this machine http will do.");
            }
        }
        if (!issuer.isEmpty() && !called(issuer)) {
            in.mistake("issuer", "must be an https address without query; on this machine http will do.");
        }
        var whole = !issuer.isEmpty() || given.get(0).isPresent() && given.get(1).isPresent();
        if (!whole) {
            in.mistake("issuer", "is missing. Give it, or authorize_url and token_url.");
        }
        var parameters = in.pairs("parameters");
        parameters.keySet().stream().filter(ThirdParty.OURS::contains).forEach(ours ->
                in.mistake("parameters", "has " + ours + ", which is set anyway. Remove it."));
        parameters.keySet().removeAll(ThirdParty.OURS);
        var account = new ThirdParty(name, in.text("label").filter(text -> !text.isBlank()).orElse(name),
                whole ? issuer : "https://invalid.example", given.get(0), given.get(1), given.get(2),
                in.textOrEmpty("client_id"), in.secret("client_secret").map(Secret::reveal).orElse(""),
                in.choice("authentication").equals("client_secret_post"), in.texts("scopes"), parameters,
                ClientKeyRows.read(in));
        in.end();
        return account;
    }

    private static boolean called(String issuer) {
        try {
            var uri = URI.create(issuer);
            return ProviderCalls.mayCall(uri) && uri.getRawQuery() == null && uri.getRawFragment() == null;
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }

    /// The account that an upstream's credentials name.
    ///
    /// @param in the section `upstreams.<name>.credentials`
    static void check(Section in, String account, List<ThirdParty> accounts, Config.Mode mode) {
        if (mode != Config.Mode.EMBEDDED && mode != Config.Mode.PROXIED) {
            in.mistake("type", "is account, which needs people who sign in here: mode: embedded or proxied.");
        } else if (!account.isEmpty() && accounts.stream().noneMatch(each -> each.name().equals(account))) {
            in.mistake("account", "is " + account + ", which is not declared under authorization.accounts.");
        }
    }
}
