package io.github.doorwarden.client.oauth;

import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// Where sentences for a person go when nobody else takes them.
final class Notices {

    static final Consumer<String> LOG = sentence -> LoggerFactory.getLogger("doorwarden.client.oauth").info(sentence);

    private Notices() {}
}
