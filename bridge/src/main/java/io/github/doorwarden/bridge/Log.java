package io.github.doorwarden.bridge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What somebody who looks after a bridge may want to know; it goes to standard error.
final class Log {

    static final Logger LOG = LoggerFactory.getLogger("io.github.doorwarden.bridge");

    private Log() {}
}
