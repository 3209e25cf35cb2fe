package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.items;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;

import io.github.doorwarden.authserver.AgentSettings;
import java.util.List;

/// The rows of [Keys] that say which grants there are, and what is taken for proof from elsewhere.
final class AgentKeys {

    private static final String ISSUERS = "authorization.trusted_issuers";
    private static final String ISSUER = ISSUERS + ".<issuer>";
    private static final String WORKLOAD = ISSUER + ".workloads.<client>";

    private static final List<String> KINDS = List.of("pre_registered", "metadata_document", "dynamic");

    static final List<Key> ROWS = List.of(
            texts("authorization.grants", AgentSettings.GRANT_TYPES, AgentSettings.GRANT_TYPES, "The grants that this "
                    + "server has. `…jwt-bearer` needs `trusted_issuers` too, `…token-exchange` needs `exchanges`."),
            choice("authorization.pushed_requests", "offered", List.of("off", "offered", "required"), "Whether clients "
                    + "may push their authorization requests beforehand (RFC 9126), or all of them must."),
            texts("authorization.token_endpoint_audience",
            "Clients whose `private_key_jwt` may name the token endpoint "
                    + "as its audience, as older software does, instead of this server's issuer: ids of clients, or "
                    + "hosts of metadata documents. A server that such a client also trusts could use what it gets "
                    + "here."),
            named(ISSUERS, "issuer", "Issuers elsewhere whose assertions are exchanged for access tokens, without a "
                    + "browser."),
            text(ISSUER + ".issuer", "Its issuer identifier: compared with `iss` as a string.").needed(),
            choice(ISSUER + ".kind", List.of("id_jag", "workload"),
            "`id_jag`: an enterprise's identity provider, which "
                    + "says which of its people a client acts for (MCP Enterprise-Managed Authorization). `workload`: "
                    + "a "
                    + "platform, which says which program is asking."),
            address(ISSUER + ".jwks_uri", "Where its keys are. Without this and `jwks_file`, its discovery document "
                    + "says so."),
            text(ISSUER + ".jwks_file", "File of its keys, relative to the configuration: for an issuer that cannot be "
                    + "reached by a public address."),
            choice(ISSUER + ".audience", "issuer", List.of("issuer", "token_endpoint", "either"),
            "With `workload`: how "
                    + "its assertions name this server."),
            flag(ISSUER + ".once", true, "Whether an assertion is good for one token alone. A platform that renews "
                    + "them seldom, such as Kubernetes, needs `false`; an `id_jag` is always good once."),
            texts(ISSUER + ".email_domains",
            "With `id_jag`: domains that it speaks for. A person is found, or made, by "
                    + "an address in one of them the first time; from then on by `sub`."),
            texts(ISSUER + ".resources", "Endpoints by their paths, other resources by their names, that its "
                    + "assertions may be for; without them, all endpoints."),
            texts(ISSUER + ".scopes", "With `id_jag`: the most that people who come by it are given; without it, what "
                    + "its assertions and the client's registration allow."),
            texts(ISSUER + ".clients", List.of("pre_registered"), KINDS,
            "With `id_jag`: the clients that may bring its "
                    + "assertions, by how they became known. `metadata_document`: those whose id is the URL of their "
                    + "document, which the issuer then has to know them by. `dynamic`: those that registered "
                    + "themselves. Such clients have to name the grant type `…jwt-bearer` themselves, and "
                    + "`registration.scopes` bounds what they get."),
            flag(ISSUER + ".public_clients", false, "With `id_jag`: whether clients of those kinds may bring them "
                    + "without a secret or a key too. Whoever gets hold of an assertion before its client has used it "
                    + "can use it then."),
            named(ISSUER + ".workloads", "client", "With `workload`: the programs that may come in, by the `client_id` "
                    + "that they have in their tokens and in the audit log."),
            text(WORKLOAD + ".subject", "The `sub` of the assertion; with a `*` at its end, what that begins with.")
                    .needed(),
            pairs(WORKLOAD + ".claims", false, "Further claims that the assertion must have, with their values."),
            texts(WORKLOAD + ".resources",
            "Endpoints by their paths, other resources by their names, that it may call; "
                    + "without them, any."),
            texts(WORKLOAD + ".scopes", "Scopes that it may have."),
            items("authorization.exchanges", "Clients that may exchange a person's access token for one for another "
                    + "resource (RFC 8693): a server that calls the next one. Nothing else is exchanged."),
            text("authorization.exchanges[].client", "Id of the client.").needed(),
            text("authorization.exchanges[].from", "The resource that the token was issued for: the path of an "
                    + "endpoint, or the name of another resource.").needed(),
            text("authorization.exchanges[].to", "The resource that the new token is for.").needed(),
            texts("authorization.exchanges[].scopes", "The most that the new token has; without it, what the old one "
                    + "has."));

    private AgentKeys() {}
}
