package io.github.doorwarden.bench;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.DpopProofs;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Spent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// `scripts/bench tokens`: what it costs to believe a token, in one thread; then what a deployment does per second of
/// what people and clients sign in with ([Counters]). Medians over rounds; they mean something only beside each other.
public final class Costs {

    private static final URI DOOR = URI.create("https://bench.example/mcp");
    private static final String ISSUER = "https://bench.example";
    private static final int ROUNDS = 3;
    private static final int PROOFS = 500;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// Something that is done over and over.
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private Costs() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Files.createTempDirectory("doorwarden-costs");
        try {
            signatures();
            proofs(folder);
            Counters.run(Files.createDirectory(folder.resolve("deployment")));
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
        System.exit(0);
    }

    private static void signatures() throws Exception {
        var rsa = new RSAKeyGenerator(3072).keyID("rsa").generate();
        var ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        for (var algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256)) {
            var es = algorithm.equals(JWSAlgorithm.ES256);
            JWSSigner signer = es ? new ECDSASigner(ec) : new RSASSASigner(rsa);
            var key = es ? new ECKey.Builder(ec.toPublicJWK()).algorithm(algorithm).build()
                    : new com.nimbusds.jose.jwk.RSAKey.Builder(rsa.toPublicJWK()).algorithm(algorithm).build();
            var token = sign(algorithm, key, signer);
            var published = new JWKSet(key);
            var verifier = new JwtVerifier(ISSUER, () -> published, Limits.STANDARD, InstantSource.system());
            print("sign a token, " + algorithm, () -> sign(algorithm, key, signer));
            print("verify a token, " + algorithm, () -> verifier.verify(token));
            if (algorithm.equals(JWSAlgorithm.RS256)) {
                var tokens = new BearerTokens(verifier, grant -> false, Limits.STANDARD, InstantSource.system());
                var in = call(Headers.NONE.with("Authorization", "Bearer " + token));
                print("a token that is known (the cache)", () -> tokens.verify(in, DOOR));
            }
        }
    }

    private static String sign(JWSAlgorithm algorithm, JWK key, JWSSigner signer) throws Exception {
        var now = Instant.now();
        var claims = new JWTClaimsSet.Builder().issuer(ISSUER).subject("p_0123456789012345678901")
                .audience(DOOR.toString()).issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(3600)))
                .jwtID("0123456789012345678901").claim("client_id", "cl_0123456789012345678901")
                .claim("scope", "mcp:read mcp:write").claim("gid", "0123456789012345678901")
                .claim("email", "ada@example.org").claim("name", "Ada Lovelace").build();
        var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID()).build(), claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static HttpIn call(Headers headers) {
        return new HttpIn("POST", "/mcp", "", headers, new byte[0], "127.0.0.1", "r-1");
    }

    private static void proofs(Path folder) throws Exception {
        var ec = new ECKeyGenerator(Curve.P_256).generate();
        var rsa = new RSAKeyGenerator(2048).generate();
        var clock = InstantSource.system();
        var bare = new DpopProofs((id, end) -> true, Optional.empty(), Limits.STANDARD, clock);
        proofs("verify a DPoP proof, ES256", bare, JWSAlgorithm.ES256, ec, new ECDSASigner(ec));
        proofs("verify a DPoP proof, RS256 (2048)", bare, JWSAlgorithm.RS256, rsa, new RSASSASigner(rsa));
        try (var database = Database.open(folder.resolve("spent.db"))) {
            var spent = new Spent(database);
            proofs("the same and remember it on disk, ES256", new DpopProofs((id, end) -> spent.take("dpop", id, end,
                    clock.instant()), Optional.empty(), Limits.STANDARD, clock), JWSAlgorithm.ES256, ec,
                    new ECDSASigner(ec));
        }
    }

    private static void proofs(String name, DpopProofs verifier, JWSAlgorithm algorithm, JWK key, JWSSigner signer)
            throws Exception {
        var spent = new ArrayList<Spending>();
        for (var round = 0; round <= ROUNDS; round++) {
            var made = new ArrayList<HttpIn>();
            for (var i = 0; i < PROOFS; i++) {
                made.add(call(Headers.NONE.with("DPoP", proof(algorithm, key, signer, DOOR.toString(), Map.of()))));
            }
            var meter = new Meter();
            made.forEach(in -> verifier.ofTokenRequest(in, DOOR).orElseThrow());
            spent.add(meter.per(PROOFS));
        }
        print(name, spent);
    }

    /// A proof of now for a POST.
    static String proof(JWSAlgorithm algorithm, JWK key, JWSSigner signer, String uri, Map<String, Object> further)
            throws Exception {
        var claims = new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString()).claim("htm", "POST")
                .claim("htu", uri).issueTime(Date.from(Instant.now()));
        further.forEach(claims::claim);
        var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK()).build(), claims.build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    /// Runs for a quarter of a second of CPU time in each round, after one that does not count.
    static void print(String name, Work work) throws Exception {
        var spent = new ArrayList<Spending>();
        for (var round = 0; round <= ROUNDS; round++) {
            var meter = new Meter();
            var times = 0;
            while (meter.cpuNanos() < 250_000_000) {
                for (var i = 0; i < 10; i++) {
                    work.run();
                }
                times += 10;
            }
            spent.add(meter.per(times));
        }
        print(name, spent);
    }

    /// Of one thread, per piece of work.
    private record Spending(double cpuMicros, double micros) {}

    /// CPU time is what other work on the machine disturbs least.
    private static final class Meter {

        private final long begin = System.nanoTime();
        private final long cpuBegin = THREADS.getCurrentThreadCpuTime();

        long cpuNanos() {
            return THREADS.getCurrentThreadCpuTime() - cpuBegin;
        }

        Spending per(int times) {
            return new Spending(cpuNanos() / 1_000.0 / times, (System.nanoTime() - begin) / 1_000.0 / times);
        }
    }

    private static void print(String name, List<Spending> all) {
        var counted = all.subList(1, all.size());
        System.out.printf(Locale.ROOT, "%-48s %9.1f us CPU %9.1f us%n", name,
                Table.median(counted.stream().mapToDouble(Spending::cpuMicros).toArray()),
                Table.median(counted.stream().mapToDouble(Spending::micros).toArray()));
    }
}
