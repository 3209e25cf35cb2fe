package io.github.doorwarden.cli.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What is the matter with a file, in words. Pure.
final class Trouble {

    private Trouble() {}

    /// The end of a sentence.
    static String with(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "there is no such file or folder";
            case AccessDeniedException denied -> "it is not yours to read or to write";
            case NotDirectoryException file -> "it is no folder";
            case java.nio.charset.CharacterCodingException bytes -> "it is not UTF-8";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> "the system says no";
        };
    }
}
