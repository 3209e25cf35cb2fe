package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Revision;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Something that stands in one of the lists of an endpoint.
interface Listing {

    /// Unique in its list: a name or a URI.
    String name();

    /// What a caller needs to use it.
    Set<String> scopes();

    /// What else is asked of a caller.
    default Conditions conditions() {
        return Conditions.NONE;
    }

    /// As it is listed at a revision: what the revision does not know is left out.
    ObjectNode json(Revision revision);

    /// Whether it stands in lists at all.
    default boolean listed() {
        return true;
    }
}
