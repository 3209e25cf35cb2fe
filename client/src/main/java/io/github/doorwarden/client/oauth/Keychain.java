package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/// The system's keychain, by the program that each system has for it. A secret goes through standard input, where no
/// list of processes shows it, and never through a shell.
final class Keychain {

    private static final String SERVICE = "doorwarden";
    private static final String PROTECT = "Add-Type -AssemblyName System.Security;"
            + "$b=[Convert]::FromBase64String([Console]::In.ReadToEnd().Trim());"
            + "[Convert]::ToBase64String([Security.Cryptography.ProtectedData]::%s($b,$null,'CurrentUser'))";

    /// The three systems.
    private enum System { MAC, LINUX, WINDOWS }

    private record Done(int code, String out) {}

    private final System system;
    private final String account;
    private final Folder folder;

    private final UnaryOperator<List<String>> found;

    private Keychain(System system, String account, Folder folder, UnaryOperator<List<String>> found) {
        this.system = system;
        this.account = account;
        this.folder = folder;
        this.found = found;
    }

    /// @param os     as the property `os.name` says it
    /// @param folder whose key it is; Windows keeps it there, locked with the person's password
    static Keychain of(String os, Folder folder) {
        return of(os, folder, UnaryOperator.identity());
    }

    /// @param found where the programs are
    static Keychain of(String os, Folder folder, UnaryOperator<List<String>> found) {
        var name = os.toLowerCase(Locale.ROOT);
        return new Keychain(name.startsWith("mac") ? System.MAC : name.startsWith("windows") ? System.WINDOWS
                : System.LINUX, Dpop.hash(folder.resolve("").toAbsolutePath().normalize().toString()).substring(0, 32)
                .replace('-', '0').replace('_', '1'), folder, found);
    }

    /// @return empty when there is none yet
    /// @throws IOException when there is no keychain
    Optional<String> find() throws IOException, InterruptedException {
        return switch (system) {
            case MAC -> Optional.of(run(List.of("security", "find-generic-password", "-s", SERVICE, "-a", account,
                    "-w"), "")).filter(done -> done.code == 0).map(Done::out);
            case LINUX -> Optional.of(run(List.of("secret-tool", "lookup", "service", SERVICE, "account", account), ""))
                    .filter(done -> done.code == 0 && !done.out.isEmpty()).map(Done::out);
            case WINDOWS -> {
                var locked = folder.read("key.dpapi");
                yield locked.isEmpty() ? Optional.empty() : Optional.of(powershell("Unprotect",
                        new String(locked.get(), StandardCharsets.US_ASCII)));
            }
        };
    }

    /// @param secret Base64
    void keep(String secret) throws IOException, InterruptedException {
        switch (system) {
            case MAC -> required(run(List.of("security", "-i"), "add-generic-password -U -s " + SERVICE + " -a "
                    + account + " -w " + secret + "\n"));
            case LINUX -> required(run(List.of("secret-tool", "store", "--label=Doorwarden", "service", SERVICE,
                    "account", account), secret));
            case WINDOWS -> folder.write("key.dpapi", powershell("Protect", secret)
                    .getBytes(StandardCharsets.US_ASCII));
        }
    }

    private String powershell(String way, String in) throws IOException, InterruptedException {
        return required(run(List.of("powershell", "-NoProfile", "-NonInteractive", "-Command", PROTECT.formatted(way)),
                in)).out;
    }

    private static Done required(Done done) throws IOException {
        if (done.code != 0) {
            throw new IOException("it answered with " + done.code);
        }
        return done;
    }

    private Done run(List<String> command, String in) throws IOException, InterruptedException {
        var process = new ProcessBuilder(found.apply(command)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), Thread::startVirtualThread);
            try (var to = process.getOutputStream()) {
                to.write(in.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException unread) {
                // It ended without reading; its code says how.
            }
            if (!process.waitFor(Limits.KEYCHAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it did not answer");
            }
            return new Done(process.exitValue(), out.get(1, TimeUnit.SECONDS).strip());
        } catch (ExecutionException | TimeoutException unread) {
            throw new IOException("what it said cannot be read", unread);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(InputStream from) {
        try {
            return new String(from.readNBytes(Limits.KEYCHAIN_BYTES), StandardCharsets.US_ASCII);
        } catch (IOException broken) {
            return "";
        }
    }
}
