package io.github.doorwarden.upstream;

/// Every bound of outbound traffic that is not configured, and why it is what it is.
final class Limits {

    /// Status line and header fields of one answer. Twice what common servers send at most; a CDN adds about 2 KiB.
    static final int HEADER_BYTES = 16 * 1024;

    /// Addresses of one name. Large services publish fewer than twenty; more is somebody playing games.
    static final int ADDRESSES = 32;

    /// A DNS name (RFC 1035 §2.3.4).
    static final int HOST_CHARACTERS = 253;

    private Limits() {}
}
