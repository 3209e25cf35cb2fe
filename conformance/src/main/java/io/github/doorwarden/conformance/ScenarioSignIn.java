package io.github.doorwarden.conformance;

import io.github.doorwarden.client.oauth.ClientAuthentication;
import io.github.doorwarden.client.oauth.ClientIdentity;
import io.github.doorwarden.client.oauth.Grant;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import io.github.doorwarden.client.wire.Authorization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How the client under test signs in: as the scenario's context says. The suite's authorization pages send back at
/// once, so the browser is a request that follows them.
final class ScenarioSignIn {

    private static final URI DOCUMENT = URI.create("https://conformance-test.local/client-metadata.json");

    private ScenarioSignIn() {}

    /// @param context as the suite gives it; has what the scenario's client was registered with
    /// @param folder  for this run alone
    static Authorization of(URI server, String scenario, JsonNode context, Path folder) {
        var settings = OAuthSettings.of(server, folder, InstantSource.system(), "doorwarden-conformance")
                .with(OAuthSettings.Keys.FILE).with(ScenarioSignIn::visit).with(grant(scenario, context));
        return OAuthAuthorization.open(settings);
    }

    private static Grant grant(String scenario, JsonNode context) {
        var id = context.path("client_id").asString("");
        return switch (scenario) {
            case "auth/client-credentials-jwt" -> new Grant.ClientCredentials(id, ClientAuthentication.Key.read(
                    context.path("private_key_pem").asString(""),
                    Optional.of(context.path("signing_algorithm").asString("ES256")), Optional.empty()),
                    Optional.empty());
            case "auth/client-credentials-basic" -> new Grant.ClientCredentials(id, secret(context), Optional.empty());
            case "auth/enterprise-managed-authorization" -> new Grant.Enterprise(id, secret(context),
                    context.path("idp_issuer").asString(""),
                    URI.create(context.path("idp_token_endpoint").asString("")),
                    context.path("idp_client_id").asString(""), ClientAuthentication.NONE,
                    () -> context.path("idp_id_token").asString(""));
            case "auth/wif-jwt-bearer" -> new Grant.Workload(Optional.of(id).filter(each -> !each.isEmpty()),
                    () -> context.path("valid_jwt").asString(""));
            default -> Grant.SignedIn.as(identity(id, context));
        };
    }

    private static ClientIdentity identity(String id, JsonNode context) {
        var self = ClientIdentity.named("doorwarden-conformance").withDocument(DOCUMENT);
        return id.isEmpty() ? self : self.withPrepared(id, secret(context),
                Optional.of(context.path("issuer").asString("")).filter(each -> !each.isEmpty()));
    }

    private static ClientAuthentication secret(JsonNode context) {
        var secret = context.path("client_secret").asString("");
        return secret.isEmpty() ? ClientAuthentication.NONE : new ClientAuthentication.Secret(secret);
    }

    /// Like a browser: it goes where it is sent, and nobody waits for it.
    private static void visit(URI address) {
        Thread.ofVirtual().start(() -> {
            try (var http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build()) {
                http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding());
            } catch (IOException gone) {
                System.err.println("The browser was sent nowhere: " + gone);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
