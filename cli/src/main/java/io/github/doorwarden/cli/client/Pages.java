package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.client.Content;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a terminal cannot show: pages go to the browser, images and sound to files.
final class Pages {

    /// No server fills a folder beyond that.
    private static final int FILES_MAX = 1_000;

    private Pages() {}

    /// @return whether there was a browser
    static boolean open(URI address) {
        try {
            io.github.doorwarden.client.oauth.Browser.system().open(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Names are ours: what a server calls a file could be anywhere on this machine. Nothing is overwritten.
    static List<Path> keep(List<Content> content, Path folder) {
        var kept = new ArrayList<Path>();
        for (var each : content) {
            bytes(each).ifPresent(bytes -> kept.add(keep(bytes, type(each), folder)));
        }
        return kept;
    }

    private static Optional<byte[]> bytes(Content content) {
        return switch (content) {
            case Content.Image image -> Optional.of(image.data());
            case Content.Audio audio -> Optional.of(audio.data());
            case Content.Embedded embedded -> Optional.of(embedded.resource().bytes());
            case Content.Text text -> Optional.empty();
            case Content.Link link -> Optional.empty();
            case Content.Other other -> Optional.empty();
        };
    }

    private static String type(Content content) {
        return switch (content) {
            case Content.Image image -> image.mimeType();
            case Content.Audio audio -> audio.mimeType();
            case Content.Embedded embedded -> embedded.resource().mimeType();
            default -> "";
        };
    }

    private static Path keep(byte[] bytes, String type, Path folder) {
        try {
            Files.createDirectories(folder);
            for (var i = 1; i <= FILES_MAX; i++) {
                var file = folder.resolve("result-" + i + "." + ending(type));
                if (!Files.exists(file)) {
                    return Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure("The result cannot be kept in " + folder + ": " + Trouble.with(e)
                    + ". Name a folder that you may write to.");
        }
        throw new CommandFailure(folder + " has " + FILES_MAX + " results already. Name another folder.");
    }

    private static String ending(String type) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "image/jpeg" -> "jpg";
            case "image/svg+xml" -> "svg";
            case "text/plain" -> "txt";
            case "text/markdown" -> "md";
            case "audio/mpeg" -> "mp3";
            default -> type.matches("[a-z]+/[a-z0-9]{1,8}") ? type.substring(type.indexOf('/') + 1) : "bin";
        };
    }
}
