package io.github.doorwarden.app.config;

/// One value of the configuration as it holds, and where it comes from.
///
/// @param path  dotted, with the names that the author chose
/// @param row   the path by which the manual knows it: `sources.<name>.type`
/// @param value as it would be written in the file; a mask when it is secret
/// @param from  `line N`, `--set`, the name of an environment variable, or `default`
public record Reading(String path, String row, String value, String from) {

    static final String DEFAULT = "default";
    static final String MASK = "********";
}
