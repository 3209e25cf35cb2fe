package io.github.doorwarden.sources.openapi;

/// An operation cannot become a tool. The message says why, as the end of a sentence.
class Unconvertible extends Exception {

    private static final long serialVersionUID = 1;

    Unconvertible(String why) {
        super(why);
    }
}
