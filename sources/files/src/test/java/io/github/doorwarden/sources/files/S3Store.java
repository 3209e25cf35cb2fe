package io.github.doorwarden.sources.files;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A bucket over HTTP: lists pages of two, gives ranges, holds If-Match and every signature against what the request
/// really has on the wire (AWS Signature Version 4), worked out here and nowhere else.
final class S3Store implements AutoCloseable {

    static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final HexFormat HEX = HexFormat.of();

    final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final AtomicInteger fetched = new AtomicInteger();
    volatile boolean dead;
    volatile UnaryOperator<String> listing = UnaryOperator.identity();
    private final Instant now;
    private final HttpServer server;

    /// @param now by the store's clock
    S3Store(Instant now) throws IOException {
        this.now = now;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    FilesSettings.Location location(String secret) {
        return new FilesSettings.Location(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "eu-test-1",
                "travel", "air fares/", "AKIDEXAMPLE", secret, Duration.ofNanos(1), 64 << 20);
    }

    S3Store put(String key, String text) {
        objects.put(key, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var uri = exchange.getRequestURI();
            var query = Arrays.stream(uri.getRawQuery().split("&")).collect(Collectors.toMap(
                    each -> decode(each.substring(0, each.indexOf('='))),
                    each -> decode(each.substring(each.indexOf('=') + 1))));
            if (dead) {
                answer(exchange, 503, "<Error><Code>SlowDown</Code></Error>".getBytes(StandardCharsets.UTF_8));
            } else if (!signed(exchange, query)) {
                answer(exchange, 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>".getBytes(
                        StandardCharsets.UTF_8));
            } else if (uri.getRawPath().equals("/travel")) {
                answer(exchange, 200, listing.apply(list(query)).getBytes(StandardCharsets.UTF_8));
            } else {
                object(exchange, decode(uri.getRawPath().replace("+", "%2B")).substring("/travel/".length()));
            }
        }
    }

    private void object(HttpExchange exchange, String key) throws IOException {
        var bytes = objects.get(key);
        if (bytes == null) {
            answer(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8));
        } else if (!etag(bytes).equals(exchange.getRequestHeaders().getFirst("If-Match"))) {
            answer(exchange, 412, new byte[0]);
        } else {
            fetched.incrementAndGet();
            var range = exchange.getRequestHeaders().getFirst("Range").substring("bytes=".length()).split("-");
            answer(exchange, 206, Arrays.copyOfRange(bytes, Integer.parseInt(range[0]), Integer.parseInt(range[1])
                    + 1));
        }
    }

    private String list(Map<String, String> query) {
        var token = query.getOrDefault("continuation-token", "");
        var page = objects.entrySet().stream().filter(each -> each.getKey().startsWith(query.get("prefix"))
                && each.getKey().compareTo(token) > 0).limit(3).toList();
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
                + "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>travel</Name><IsTruncated>")
                .append(page.size() > 2).append("</IsTruncated>");
        page.stream().limit(2).forEach(each -> text.append("<Contents><Key>")
                .append(each.getKey().replace("&", "&amp;"))
                .append("</Key><LastModified>2026-06-30T10:00:00.000Z</LastModified><ETag>")
                .append(etag(each.getValue()).replace("\"", "&quot;")).append("</ETag><Size>")
                .append(each.getValue().length).append("</Size><StorageClass>STANDARD</StorageClass></Contents>"));
        if (page.size() > 2) {
            text.append("<NextContinuationToken>").append(page.get(1).getKey().replace("&", "&amp;"))
                    .append("</NextContinuationToken>");
        }
        return text.append("</ListBucketResult>").toString();
    }

    private boolean signed(HttpExchange exchange, Map<String, String> query) {
        var raw = Arrays.stream(exchange.getRequestURI().getRawQuery().split("&"))
                .filter(each -> !each.startsWith("X-Amz-Signature=")).sorted().collect(Collectors.joining("&"));
        var scope = query.get("X-Amz-Credential").substring("AKIDEXAMPLE/".length());
        var request = "GET\n" + exchange.getRequestURI().getRawPath() + "\n" + raw + "\nhost:"
                + exchange.getRequestHeaders().getFirst("Host") + "\n\nhost\nUNSIGNED-PAYLOAD";
        var text = "AWS4-HMAC-SHA256\n" + query.get("X-Amz-Date") + "\n" + scope + "\n"
                + HEX.formatHex(digest("SHA-256",
                request));
        var key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
        for (var part : scope.split("/")) {
            key = hmac(key, part);
        }
        var day = now.toString().substring(0, 10).replace("-", "");
        return scope.equals(day + "/eu-test-1/s3/aws4_request") && query.get("X-Amz-Date").startsWith(day)
                && HEX.formatHex(hmac(key, text)).equals(query.get("X-Amz-Signature"));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String etag(byte[] bytes) {
        return '"' + HEX.formatHex(digest("MD5", new String(bytes, StandardCharsets.UTF_8))) + '"';
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
